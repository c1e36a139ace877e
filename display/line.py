"""A display process's line to the caller: whole snapshots come in, acknowledgements and health go out.

The process compares each snapshot with what it has done, so it may be killed at any moment and be right again.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from queue import Empty
from types import TracebackType
from typing import Self

import msgspec

from caller.messages import (
    CallsState,
    Channel,
    EmergencyState,
    HallState,
    RaiseAlarm,
    ReportDelivery,
    Result,
    SignsTried,
    Status,
    VoiceState,
    decode,
    encode,
    topic,
)
from config.schema import Hall, Voice
from drivers import clock, notify
from drivers.mqtt import Bus, Delivery

log = logging.getLogger("display")

HALL, CALLS, CALLER, EMERGENCY = "state/hall", "state/calls", "status/caller", "state/emergency"
VOICES, TRIED = "state/voice/+", "event/signs-tried"
Said = HallState | CallsState | EmergencyState | Status | VoiceState | SignsTried
KINDS: dict[str, type[Said]] = {
    EMERGENCY: EmergencyState,
    HALL: HallState,
    CALLS: CallsState,
    CALLER: Status,
    TRIED: SignsTried,
}
PATIENCE = 3600.0  # seconds that an acknowledgement is repeated while the caller is away
BEAT = 0.25  # seconds after which a process that was told to stop notices
ID_MOST = 64  # characters of a command's id


class Line:
    """`name` is the process's status topic. Reports and health may be told from any thread."""

    def __init__(self, hall: Hall, name: str) -> None:
        broker = hall.broker
        self.hall = hall
        self.bus = Bus(
            broker.host, broker.port, hall.hall.id, name, user=broker.user, password=broker.password
        )
        self.unread = 0  # payloads that did not decode
        self._latest: HallState | None = None
        self._health: dict[str, Status] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self.bus.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bus.__exit__(kind, value, trace)

    def listen(self, *topics: str) -> None:
        self.bus.subscribe(*topics)

    def now(self) -> datetime:
        return clock.now(self.hall.hall.timezone)

    def read(self, delivery: Delivery) -> Said | None:
        """What was said; None for what we do not follow, cannot read, or have seen a newer one of."""
        spoken = delivery.topic.startswith(VOICES.rstrip("+"))
        kind: type[Said] | None = VoiceState if spoken else KINDS.get(delivery.topic)
        if kind is None:
            return None
        try:
            said = decode(delivery.payload, kind)
        except msgspec.MsgspecError as error:
            self.unread += 1
            log.warning("%s does not decode (%d so far): %s", delivery.topic, self.unread, error)
            return None
        if isinstance(said, HallState):
            last = self._latest
            # A caller that was started again counts from the beginning, but its clock has gone on.
            if last is not None and said.version < last.version and said.at < last.at:
                return None
            self._latest = said
        return said

    def follow(
        self,
        see: Callable[[Said], None],
        running: Callable[[], bool],
        look: Callable[[], None] = lambda: None,
    ) -> None:
        """Hand over what is said until `running` is False; the watchdog is fed from here. Of snapshots that wait
        together only the newest of each topic: who is behind must not call visitors who have come meanwhile.

        `look` is called several times a second: some things become due with nobody saying so."""
        notify.ready()
        while running():
            notify.watchdog()
            look()
            for delivery in self._newest():
                said = self.read(delivery)
                if said is not None:
                    see(said)
        notify.stopping()

    def _newest(self) -> Iterable[Delivery]:
        waiting: dict[str, Delivery] = {}
        try:
            delivery = self.bus.inbox.get(timeout=BEAT)
            while True:
                waiting.pop(delivery.topic, None)
                waiting[delivery.topic] = delivery
                delivery = self.bus.inbox.get_nowait()
        except Empty:
            return waiting.values()

    def report(
        self, call: str, channel: Channel, device: str, result: Result, why: str = "", seconds: float = 0.0
    ) -> None:
        """Acknowledge; told until the caller has it. `seconds` that it sounded."""
        name = f"{call}/{channel}/{device}/{result}"
        if len(name) > ID_MOST:
            name = hashlib.sha256(name.encode()).hexdigest()
        done = ReportDelivery(
            id=name,
            call=call,
            channel=channel,
            device=device,
            result=result,
            why=why[:200],
            seconds=round(seconds, 1),
        )
        log.info("%s %s %s%s", call, device, result, f": {why}" if why else "")
        self.bus.post(topic(done), encode(done), PATIENCE)

    def alarm(self, call: str) -> None:
        """This call has to be made by mouth. Whoever else notices says it with the same id."""
        raised = RaiseAlarm(id=f"{call}/alarm", call=call)
        log.warning("%s has to be made by mouth", call)
        self.bus.post(topic(raised), encode(raised), PATIENCE)

    def speaks(self, voice: Voice, seconds: float = 0.0) -> None:
        """This loudspeaker speaks for so long, or not any more."""
        until = self.now() + timedelta(seconds=seconds) if seconds else None
        self.bus.keep(f"state/voice/{voice.id}", encode(VoiceState(zones=voice.zones, until=until)))

    def warned(self, device: str, emergency: EmergencyState) -> None:
        """Acknowledge that this device says so, for the supervisor: `status/emergency-<device>`."""
        self.health(f"emergency-{device}", True, f"{emergency.since:%H:%M:%S}" if emergency.since else "off")

    def health(self, device: str, online: bool, detail: str = "") -> None:
        """Retained under `status/<device>`, on change only."""
        status = Status(online=online, detail=detail)
        with self._lock:
            if self._health.get(device) == status:
                return
            self._health[device] = status
        log.info("%s %s%s", device, "is there" if online else "is gone", f": {detail}" if detail else "")
        self.bus.keep(f"status/{device}", encode(status))
