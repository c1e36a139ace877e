"""A visitor with a pager is called by it first, and once more; display.policy says when the voice takes over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime

from caller.messages import (
    Call,
    CallsState,
    Channel,
    Condition,
    EmergencyState,
    HallState,
    ReportPager,
    Result,
    encode,
    topic,
)
from config.schema import Hall, PagerTerminal
from display.line import CALLS, EMERGENCY, HALL, Line, Said
from display.policy import AGAIN, pager_of, vibrations
from display.rackscan import scanner
from display.teller import NotReached, Outcome, Teller
from display.wording import page_text
from drivers.pager.gateway import PagerGateway, open_gateway

WORTH = 600.0  # seconds that it is worth telling somebody to leave
TERMINAL = "paging"  # its name under status/


def teller(line: Line, terminal: PagerTerminal) -> Teller[PagerGateway]:
    """The queue before the terminal, whatever pagers the calls are for."""

    def device_of(call: Call) -> str | None:
        pager = pager_of(line.hall, call)
        return f"pager-{pager.number}" if pager else None

    def page(wire: PagerGateway, call: Call) -> Outcome:
        pager = pager_of(line.hall, call)
        assert pager is not None  # only such calls are queued
        again = len(vibrations(call, line.hall, line.now())) > 1
        receipt = wire.page(pager.capcode, page_text(call), once=call.id + (AGAIN if again else ""))
        if not receipt.accepted:
            gone = ReportPager(
                id=f"{call.id}/out-of-range", pager=pager.number, condition=Condition.OUT_OF_RANGE
            )
            line.bus.post(topic(gone), encode(gone))
            raise NotReached(f"pager-{pager.number}", receipt.said)
        # Paging goes one way: accepted for sending is the most that a terminal can know.
        return Outcome(Result.VIBRATED)

    return Teller(
        line,
        Channel.PAGER,
        TERMINAL,
        device_of,
        lambda: open_gateway(terminal.kind, TERMINAL, terminal.url, **terminal.options),
        page,
        lambda wire: wire.check(),
        lambda call, now: vibrations(call, line.hall, now),
    )


def warn(line: Line, number: int, emergency: EmergencyState) -> Callable[[PagerGateway], None]:
    """Everybody who holds a pager is told to leave."""

    def page(wire: PagerGateway) -> None:
        pager = next((p for p in line.hall.pager if p.number == number), None)
        if pager is None:
            return
        once = f"emergency-{number}-{emergency.since:%H%M%S}"
        receipt = wire.page(pager.capcode, line.hall.emergency.pager, once=once)
        if not receipt.accepted:
            raise NotReached(f"pager-{number}", receipt.said)
        line.warned(f"pager-{number}", emergency)

    return page


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False."""
    with Line(hall, "pagers") as line, ExitStack() as stack:
        stack.enter_context(scanner(line))
        queue = stack.enter_context(teller(line, hall.pager_terminal)) if hall.pager_terminal else None

        lent: tuple[int, ...] = ()
        paged: set[tuple[datetime | None, int]] = set()
        emergency = EmergencyState(on=False)

        def see(said: Said) -> None:
            nonlocal lent, emergency
            match said:
                case CallsState() if queue is not None:
                    queue.see(said)
                case HallState(lent=out):
                    lent = out
                case EmergencyState():
                    emergency = said
                    if queue is not None:
                        queue.hush(said.on)
                case _:
                    return
            if queue is not None and emergency.on:
                for number in lent:
                    if (emergency.since, number) not in paged:
                        paged.add((emergency.since, number))
                        queue.at_once(f"emergency-{number}", warn(line, number, emergency), WORTH)

        line.listen(EMERGENCY, CALLS, HALL)
        line.follow(see, running, queue.look if queue is not None else lambda: None)
