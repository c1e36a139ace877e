"""A ticket counts as printed when the printer itself has said so, and no wait is without an end.

The order on the wire is that of npm receiptio, a host that others wrote: ask (DLE EOT 1 to 4), turn the
automatic status on, send, then GS r 1, which a printer answers only when everything before it is on paper.
A job that failed is cleared from the printer (DLE ENQ 2), so that half a ticket does not go on when paper
comes back.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum

from drivers.closing import Closing
from drivers.errors import CoverOpen, CutterJam, DeviceError, DeviceLost, PaperOut
from drivers.printer.profile import Profile
from drivers.printer.status import (
    Automatic,
    Block,
    PaperLevel,
    PrinterState,
    RealTime,
    Reply,
    StatusReader,
    Transmitted,
)
from drivers.transport import Transport, open_url
from drivers.words import _

ASK = b"\x10\x04"  # DLE EOT n
CLEAR = b"\x10\x05\x02"  # DLE ENQ 2
INITIALISE = b"\x1b@"
AUTOMATIC_ON, AUTOMATIC_OFF = b"\x1da\xff", b"\x1da\x00"
ANSWER_WHEN_DONE = b"\x1dr\x01"  # GS r 1
REPORT_ID = b"\x1d(H\x06\x0000"  # GS ( H, function 48, then four bytes of id
CUT = b"\x1dVB\x00"
CROSSES, PUSH_OUT = b"X", b"\n\x1bd\x05"  # ESC d 5: to the tear bar
CHUNK = 1024
NOTHING = bytes(8192)  # what a printer in the middle of a picture swallows, and any other ignores
LEAD_IN = bytes(16)  # ends a command that broke off in its header, before DLE EOT could become its size
SWALLOWS_AT_MOST = 16  # of those: the largest picture that GS v 0 of this width can announce
GRACE = 0.3  # seconds that the "done" of a ticket may come after a fault (its paper torn off at once)


class Printed(StrEnum):
    """How sure it is that the job is on paper."""

    SENT = "sent"  # the profile answers nothing: the bytes went out, no more is known
    PROCESSED = "processed"  # GS r was answered
    CONFIRMED = "confirmed"  # GS ( H named this very job


class Printer(Closing):
    """A printer behind a URL. The wire is opened when first needed and again after it was lost.

    `answer` seconds bound each question, `patience` seconds the printing of one ticket. `unfinished`: an
    earlier run may have died in the middle of a ticket, so half of one may still hang in the printer.
    """

    def __init__(
        self,
        name: str,
        url: str,
        profile: Profile,
        *,
        answer: float = 1.0,
        patience: float = 10.0,
        unfinished: bool = False,
    ) -> None:
        self.name = name
        self.url = url
        self.profile = profile
        self.answer = answer
        self.patience = patience
        self.reader = StatusReader()
        self._wire: Transport | None = None
        self._in_step = False  # whether the printer is known to stand between two commands
        self._torn = unfinished  # whether half a ticket may still hang in the printer
        self._owed = 0  # answers to GS r of before this ticket that may still come
        self._ids = itertools.count(1)

    def close(self) -> None:
        """Let go of the wire; the next call opens it again."""
        wire, self._wire = self._wire, None
        self._in_step = False
        self.reader.forget()
        if wire is not None:
            wire.close()

    def status(self) -> PrinterState:
        """What the printer says now (DLE EOT 1 to 4). DeviceLost if it does not answer.

        A connection that has grown old, or was cut while nobody looked, is opened anew once.
        """
        fresh = self._wire is None
        try:
            return self._ask()
        except DeviceLost:
            self.close()
            if fresh:
                raise
        try:
            return self._ask()
        except DeviceLost:
            self.close()
            raise

    def print(self, job: bytes) -> Printed:
        """Print one ticket; returns when it is on paper.

        Raises PaperOut, CoverOpen, CutterJam, DeviceError for another fault the printer names, and
        DeviceLost when the wire breaks or no confirmation comes: then it is unknown what is on paper.
        """
        self._refuse(self.status())
        try:
            self._fall_in_step()
            printed = self._send(job)
        except DeviceError:
            self._torn = True
            self._clear()
            raise
        self._torn = False
        return printed

    def _ask(self) -> PrinterState:
        state = self._ask_once()
        if state.cutter_error and not state.cover_open:
            # The cutter tries again only when told; the person who freed it cannot tell it.
            self._open().write(CLEAR)
            state = self._ask_once()
        return state

    def _ask_once(self) -> PrinterState:
        wire = self._open()
        if not self.profile.dle_eot:
            return PrinterState()
        answers = {}
        for n in (1, 2, 3, 4):
            self._hear(0)  # what came unasked before must not be taken for the answer
            wire.write(ASK + bytes((n,)))
            reply = next((r for r in self._hearing(self.answer) if isinstance(r, RealTime)), None)
            if reply is None:
                raise DeviceLost(self.name, _("打印机没有应答状态查询（{url}）").format(url=self.url))
            answers[n] = reply.value
        return PrinterState.from_real_time(answers)

    def _send(self, job: bytes) -> Printed:
        wire = self._open()
        # ESC @ also turns the automatic status off, so it must not come again later in the job.
        wire.write(INITIALISE + (AUTOMATIC_ON if self.profile.asb else b""))
        body = job.removeprefix(INITIALISE)
        for at in range(0, len(body), CHUNK):
            try:
                wire.write(body[at : at + CHUNK])
            except DeviceLost:
                self._look_for_faults()  # a printer without paper stops taking data: say that instead
                raise
            self._look_for_faults()
        if not self.profile.gs_r:
            return Printed.SENT
        number = b"%04d" % (next(self._ids) % 10_000)
        wire.write((REPORT_ID + number if self.profile.gs_lpar_h else b"") + ANSWER_WHEN_DONE)
        printed = self._await_done(number)
        if self.profile.asb:
            wire.write(AUTOMATIC_OFF)
        return printed

    def _await_done(self, number: bytes) -> Printed:
        fault: DeviceError | None = None
        sure = Printed.PROCESSED
        asked = now = time.monotonic()
        end = now + self.patience
        while now < end:
            now = time.monotonic()
            for reply in self._hear(max(0.0, min(0.1, end - now))):
                match reply:
                    case Block(printed=id) if id == number:
                        sure = Printed.CONFIRMED
                    case Transmitted() if self._is_late(reply):
                        pass
                    case Transmitted():
                        return sure
                    case Automatic(state=state) if fault is None and not self._is_late(reply):
                        fault = self._fault(state)
                        end = min(end, now + GRACE) if fault else end
            if fault is None and self.profile.dle_eot and not self.profile.asb and now - asked > 0.5:
                asked = now
                fault = self._fault(self._ask())
                end = min(end, now + GRACE) if fault else end
        if fault is None and self.profile.dle_eot:
            fault = self._fault(self._ask())
        raise fault or DeviceLost(self.name, _("打印机没有确认这张票已经打完"))

    def _fall_in_step(self) -> None:
        """After opening: if the printer still waits for the rest of a command, give it that and cut it off.

        Whoever wrote before us may have died in the middle of a ticket.
        """
        if self._in_step or not self.profile.gs_r:
            return
        wire = self._open()
        for swallowed in range(SWALLOWS_AT_MOST + 1):
            wire.write(ANSWER_WHEN_DONE)
            if self._answered(1):
                late = self._answered(swallowed) if swallowed else 0
                # Without an automatic status nothing tells the last of them: then the silence has to do.
                self._owed = swallowed - late if self.profile.asb else 0
                if swallowed or self._torn:
                    # The new ticket must not begin on the torn one; without a knife, crosses say where it ends.
                    wire.write(
                        INITIALISE + (CUT if self.profile.cut else CROSSES * self.profile.columns + PUSH_OUT)
                    )
                self._in_step = True
                return
            wire.write(NOTHING)
        raise DeviceLost(self.name, _("打印机不执行命令（{url}）：请关机再开机").format(url=self.url))

    def _answered(self, most: int) -> int:
        """How many answers to GS r come before silence, up to so many."""
        heard = 0
        replies = self._hearing(self.answer)
        while heard < most and (reply := next(replies, None)) is not None:
            heard += isinstance(reply, Transmitted)
        return heard

    def _is_late(self, reply: Reply) -> bool:
        """Whether this answers what was asked before the ticket was sent.

        A printer that was slow, not deaf, answers all that it was asked, in order, and none of that says that the
        ticket is on paper. The ticket begins by turning the automatic status on, whose answer comes after all those.
        """
        if isinstance(reply, Automatic):
            self._owed = 0
        elif self._owed and isinstance(reply, Transmitted):
            self._owed -= 1
            return True
        return False

    def _clear(self) -> None:
        with suppress(DeviceLost):
            self._open().write(CLEAR)
            self._hear(0.1)
        self.close()

    def _open(self) -> Transport:
        if self._wire is None:
            self._wire = open_url(self.url, self.name)
            self._wire.write(LEAD_IN)
        return self._wire

    def _hear(self, timeout: float) -> list[Reply]:
        return self.reader.feed(self._open().read(timeout))

    def _hearing(self, seconds: float) -> Iterator[Reply]:
        """What comes within so many seconds; what has come counts, even if a busy machine lets us look only later."""
        end, left = time.monotonic() + seconds, seconds
        while left > 0:
            left = end - time.monotonic()
            yield from self._hear(max(0.0, left))
        self.reader.forget()

    def _look_for_faults(self) -> None:
        for reply in self._hear(0):
            if not self._is_late(reply) and isinstance(reply, Automatic):
                self._refuse(reply.state)

    def _refuse(self, state: PrinterState) -> None:
        fault = self._fault(state)
        if fault is not None:
            raise fault

    def _fault(self, state: PrinterState) -> DeviceError | None:
        if state.ready:
            return None
        if state.cover_open:  # first: with the cover open the paper sensor sees nothing either
            return CoverOpen(self.name, _("打印机盖子开着"))
        if state.paper is PaperLevel.OUT:
            return PaperOut(self.name, _("打印机缺纸"))
        if state.cutter_error:
            return CutterJam(self.name, _("切纸刀卡住"))
        if state.unrecoverable_error:
            return DeviceError(self.name, _("打印机故障，需要关机检修"))
        return DeviceError(self.name, _("打印机暂停（脱机）"))
