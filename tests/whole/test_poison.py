"""Whatever is written on the bus, on every topic that anybody listens to, every process lives and counts it.

A smoke of some thousand messages; the parsers have their fuzz targets, and the caller any command (test_poison.py of
its own room). Nothing here could be written by a kiosk's user of config/mosquitto.acl, but for the commands.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator

import msgspec
import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from caller.messages import COMMANDS, HallState, encode
from tests import day
from tests.hostile import ANSWER_AT, PAYLOADS
from tests.play import Player
from tests.wholehall import WholeHall

STATES = ("state/hall", "state/calls", "state/emergency", "state/voice/voice-x", "state/queue/transfer")
HEARD = (*STATES, "status/caller", "status/keypad-11", "event/signs-tried", "event/no-such-thing")
COUNTS = re.compile(r"\((\d+) so far\)")
MORNING = """
09:00     kiosk 1 touches 转移登记                 -> ticket A001, 0 ahead
09:01     window 3 presses next                    -> board A001 3, voice "请A零零一号到三号窗口"
"""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHall]:
    with WholeHall(tmp_path_factory.mktemp("hall"), pads=(11,)) as hall:
        hall.ready()
        yield hall


class Stranger:
    """Somebody on this hall's bus who says anything."""

    def __init__(self, hall: WholeHall) -> None:
        self.prefix = f"hall/{hall.hall.hall.id}/"
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.max_queued_messages_set(0)
        self.client.connect(hall.broker.host, hall.broker.port)
        self.client.loop_start()

    def says(self, topic: str, payload: bytes, answer_at: str = "", retain: bool = False) -> None:
        said = Properties(PacketTypes.PUBLISH)
        said.UserProperty = ("\ufeff", "\ufeff")
        said.ContentType = "\ufeff"
        said.CorrelationData = b"\x00" * 1000
        if answer_at:
            said.ResponseTopic = answer_at.replace("{hall}", self.prefix)
        self.client.publish(self.prefix + topic, payload, qos=1, retain=retain, properties=said)

    def goes(self, patience: float = 60.0) -> bool:
        """When all was said, or the broker has had enough: whether it took everything."""
        last = self.client.publish(self.prefix + "event/no-such-thing", b"", qos=1)
        taken = False
        with contextlib.suppress(RuntimeError):
            last.wait_for_publish(patience)
            taken = last.is_published()
        self.client.disconnect()
        self.client.loop_stop()
        return taken


def false(hall: HallState) -> Iterator[bytes]:
    """What decodes and cannot be: nobody there, times without a zone, a hall of long ago with nothing in it."""
    yield encode(msgspec.structs.replace(hall, windows=(), services=()))
    yield encode(hall).replace(b"+08:00", b"")
    yield encode(hall).replace(b"2026-", b"0001-")


def counted(hall: WholeHall, process: str) -> int:
    """How many the process says that it could not read, in its log."""
    log = (hall.folder / f"{process}.log").read_text("utf-8")
    return max(map(int, COUNTS.findall(log)), default=0)


def test_every_process_lives_counts_and_works(whole: WholeHall) -> None:
    before = {name: process.pid for name, process in whole.processes.items()}
    assert whole.watch.hall_state
    stranger = Stranger(whole)
    for payload in PAYLOADS:
        for name in (*COMMANDS, "no-such-command"):
            stranger.says(f"command/{name}", payload, "{hall}reply/me")
        for topic in HEARD:
            stranger.says(topic, payload)
            stranger.says(topic, payload, retain=True)
    passed_on = 0
    for where in ANSWER_AT:
        other = Stranger(
            whole
        )  # a newer Mosquitto cuts off by itself whoever wants an answer at such a place
        other.says("command/call-next", b'{"id":"x","windw":3}', where)
        passed_on += other.goes(2.0)
    for state in false(whole.watch.hall_state):
        stranger.says("state/hall", state)
    for topic in HEARD:
        stranger.says(topic, b"", retain=True)
    stranger.goes()
    wanted = {
        "caller": len(PAYLOADS) * (len(COMMANDS) + 1) + passed_on,
        # Of snapshots that wait together these three read only the newest, so on a busy machine they count fewer.
        "signs": 1,
        "voice": 1,
        "pagers": 1,
        "phone": len(PAYLOADS) * 2,
        "board": len(PAYLOADS) * 2,
        "kiosk-1": len(PAYLOADS) * 2,
        "pad-11": len(PAYLOADS) * 2,
        "keypads": len(PAYLOADS) * 2,
    }
    assert set(wanted) == set(whole.names)

    def all_counted() -> bool:
        return all(counted(whole, name) >= least for name, least in wanted.items())

    end = time.monotonic() + 60
    while not all_counted() and time.monotonic() < end:
        time.sleep(0.2)
    ended = {name: process.poll() for name, process in whole.processes.items() if process.poll() is not None}
    assert not ended
    assert {name: counted(whole, name) for name in wanted if counted(whole, name) < wanted[name]} == {}
    whole.rule(())  # the caller is the same one
    missing = Player(whole, lambda _: None).play(day.parse("after", MORNING))
    assert not missing, missing
    assert {name: process.pid for name, process in whole.processes.items()} == before
