"""Clients that we did not write: Mosquitto's own read the whole contract, and a hand-written command is obeyed."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from caller.messages import COMMANDS, EVENTS, STATES, Answer, HallState, Message, Reason, Step, decode
from tests import day
from tests.play import Player
from tests.wholehall import ROOT, WholeHall

PAGE = ROOT / "docs" / "bus.md"
QUARTER = """
09:00     kiosk 2 touches 转移登记 with pager 7    -> ticket A002, pager 7
09:01     kiosk 2 touches 抵押登记                 -> ticket B001
09:02     window 4 presses next                    -> voice -, pager 7
09:05     window 4 presses recall                  -> pager 7
09:06     window 4 presses serve                   -> window 4 serves A002
09:07     window 8 presses next                    -> voice "请B零零一号到八号窗口"
09:08     window 8 presses call 9                  -> refused unknown-ticket
09:15     window 4 presses finish                  -> window 4 idle
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHall]:
    with WholeHall(tmp_path_factory.mktemp("hall"), kiosks=(2,), board=False) as hall:
        hall.ready()
        yield hall


@pytest.fixture(scope="module")
def heard(whole: WholeHall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the page's first command writes."""
    into = tmp_path_factory.mktemp("heard") / "lines"
    with into.open("wb") as out:
        listener = subprocess.Popen(here(commands()[0], whole), stdout=out)
        try:
            assert whole.watch.until(lambda _: into.stat().st_size, 10)
            yield into
        finally:
            listener.terminate()
            listener.wait()


def commands() -> list[str]:
    """Every command of the page, as it stands there."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def here(line: str, hall: WholeHall) -> list[str]:
    """At this hall's broker instead of the example's."""
    assert " -h 127.0.0.1 -p 1883 " in line
    return shlex.split(line.replace(" -p 1883 ", f" -p {hall.broker.port} "))


def said(line: str, hall: WholeHall) -> Answer:
    done = subprocess.run(here(line, hall), capture_output=True, timeout=20, check=True)
    return decode(done.stdout, Answer)


def kind_of(topic: str) -> type[Message]:
    """The message of the contract that travels here; AssertionError if there is none."""
    hall, id, room, *rest = topic.split("/")
    assert (hall, id) == ("hall", "binjiang"), topic
    match room, rest:
        case "command", [name]:
            return COMMANDS[name]
        case "event", [name]:
            return EVENTS[name]
        case "reply", [_]:
            return Answer
    whole, one_of = "/".join([room, *rest]), "/".join([room, *rest[:-1], "+"])
    assert whole in STATES or one_of in STATES, topic
    return STATES.get(whole) or STATES[one_of]


def test_a_number_is_taken_confirmed_and_called_by_hand(whole: WholeHall, heard: Path) -> None:
    _, present, reserve, confirm, call, wrong = commands()
    shown = subprocess.run(here(present, whole), capture_output=True, timeout=20, check=True).stdout
    assert decode(shown, HallState).windows
    reserved = said(reserve, whole)
    assert reserved.done and reserved.ticket and reserved.ticket.number == "A001"
    assert said(reserve, whole) == reserved, "the same id is the same command"
    confirmed = said(confirm, whole)
    assert confirmed.done and confirmed.ticket and confirmed.ticket.step is Step.WAITING

    listening = ["mosquitto_sub", "-h", whole.broker.host, "-p", str(whole.broker.port), "-V", "5"]
    listening += ["-t", "hall/binjiang/state/hall", "-t", "hall/binjiang/reply/me", "-W", "20", "-F", "%D %p"]
    with subprocess.Popen(listening, stdout=subprocess.PIPE) as listener:
        assert listener.stdout
        assert listener.stdout.readline(), "the retained state says that it listens"
        subprocess.run(here(call, whole), timeout=20, check=True)
        answer = next(line for line in listener.stdout if b"me-3" in line)
        listener.terminate()
    assert answer.startswith(b"3 {"), "the correlation data, and the answer"
    called = decode(answer[answer.index(b"{") :], Answer)
    assert called.done and called.ticket and (called.ticket.number, called.window) == ("A001", 3)

    refused = said(wrong, whole)
    assert not refused.done and refused.reason is Reason.MALFORMED and "windw" in refused.detail
    assert "malformed command/call-next" in (whole.folder / "caller.log").read_text("utf-8")


def test_every_line_of_a_quarter_of_an_hour_is_of_the_contract(whole: WholeHall, heard: Path) -> None:
    missing = Player(whole, lambda _: None).play(day.parse("quarter", QUARTER))
    assert not missing, missing
    rooms: dict[str, int] = {}
    for line in heard.read_bytes().splitlines()[:-1]:  # the last may be half written
        topic, _, payload = line.decode().partition(" ")
        if topic.endswith("/reply/me") or b"windw" in line:
            continue  # what was written by hand, wrong on purpose
        try:
            decode(payload.encode(), kind_of(topic))
        except msgspec.MsgspecError as error:
            raise AssertionError(f"{topic}: {error}: {payload}") from None
        room = topic.split("/")[2]
        rooms[room] = rooms.get(room, 0) + 1
    assert set(rooms) == {"command", "reply", "event", "state", "status"} and min(rooms.values()) > 5, rooms
