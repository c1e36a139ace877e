"""One promise for every way of calling without a voice, kept over the real wire to a simulator of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceLost
from drivers.pager.gateway import KINDS, PagerGateway, open_gateway
from drivers.pager.receipt import Receipt
from drivers.sim import host, make
from drivers.sim.device import Simulator
from drivers.sim.rumble import Gamepad, Handle
from tests.caller.onebus import descriptors
from tests.drivers.waiting import until

SECRET = "sixteen-or-more-characters"
NOWHERE = {
    "rumble": "evdev:/dev/no-such",
    "webhook": "http://127.0.0.1:1/",
}
WORDLESS = ("rumble",)
RUMBLES = json.loads((Path(__file__).parents[1] / "vectors" / "rumble.json").read_text("utf-8"))


@dataclass
class Stage:
    """A gateway and what stands at its far end."""

    kind: str
    gateway: PagerGateway
    sim: Simulator
    served: host.Served | None

    def do(self, action: str, **args: Any) -> Any:
        return self.served.do(action, **args) if self.served else self.sim.do(action, **args)

    def felt(self, count: int) -> list[dict[str, Any]]:
        """What visitors felt, waiting for `count` of it."""
        until(lambda: len(self.sim.events) >= count, what=lambda: self.sim.events)
        return list(self.sim.events)


def options_of(kind: str, sim: Simulator | None) -> dict[str, Any]:
    match kind:
        case "webhook":
            return {"secret": SECRET, "sleep": lambda _seconds: None, "timeout": 1.0}
        case "rumble":
            opened = {"open_device": sim.open} if isinstance(sim, Gamepad) else {}
            return {"sleep": lambda _seconds: None, **opened}
        case "waveware":
            return {"answer_within": 0.3}
        case _:
            return {}


@pytest.fixture(params=KINDS)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    kind = request.param
    if kind == "rumble":
        pad = Gamepad("rumble")
        gateway = open_gateway(kind, "paging", "evdev:/dev/hall/rumble-1000001", **options_of(kind, pad))
        yield Stage(kind, gateway, pad, None)
        return
    sim = make(kind, "paging", tmp_path, {})
    with host.serve_own(sim) if hasattr(sim, "url") else host.serve_pty(sim) as served:
        yield Stage(kind, open_gateway(kind, "paging", served.url, **options_of(kind, sim)), sim, served)


ADDRESS = {"lrs": "105"}


def test_a_page_is_felt_once_and_has_a_receipt(stage: Stage) -> None:
    address = ADDRESS.get(stage.kind, "1000001")
    with stage.gateway as gateway:
        gateway.check()
        receipt = gateway.page(address, "A012 -> 3", once="call-1")
        assert (receipt.pager, receipt.accepted) == (address, True)
        felt = stage.felt(3 if stage.kind == "rumble" else 1)
    assert {event["pager"] for event in felt} == {address}
    if stage.kind in WORDLESS:
        assert [event["ms"] for event in felt] == [600] * 3
    else:
        assert [event["text"] for event in felt] == ["A012 -> 3"]


def test_many_pages_keep_their_order(stage: Stage) -> None:
    texts = [f"A{number:03d} -> {number % 9 + 1}" for number in range(12)]
    address = ADDRESS.get(stage.kind, "1000001")
    with stage.gateway as gateway:
        receipts = [gateway.page(address, text) for text in texts]
        assert all(receipt.accepted for receipt in receipts)
        if stage.kind in WORDLESS:
            assert len(stage.felt(36)) == 36
        else:
            assert [event["text"] for event in stage.felt(12)] == texts


def test_what_a_pager_cannot_take_is_our_bug_and_nothing_is_sent(stage: Stage) -> None:
    with stage.gateway as gateway:
        if stage.kind != "webhook":  # there the gateway of the hall decides what a pager's number is
            with pytest.raises(ValueError, match="number"):
                gateway.page("x", "A012")
        if stage.kind not in (*WORDLESS, "webhook"):
            with pytest.raises(ValueError, match="ASCII"):
                gateway.page(ADDRESS.get(stage.kind, "1"), "请到3号窗口")
    assert stage.sim.events == []


def test_it_opens_closes_and_opens_again(stage: Stage) -> None:
    for _ in range(3):
        with stage.gateway as gateway:
            gateway.check()
    with suppress(DeviceLost), stage.gateway as gateway:
        gateway.page(ADDRESS.get(stage.kind, "1000001"), "A012 -> 3")


def test_a_far_end_that_is_gone_is_lost_by_its_own_name_and_comes_back(stage: Stage) -> None:
    address = ADDRESS.get(stage.kind, "1000001")
    with stage.gateway as gateway:
        gateway.page(address, "A012 -> 3")
        stage.do("unplug")
        with pytest.raises(DeviceLost, match="paging"):
            for _ in range(20):
                gateway.check()
                gateway.page(address, "A013 -> 3")
    with pytest.raises(DeviceLost, match="paging") as lost, stage.gateway:
        pass
    assert lost.value.device == "paging" and lost.value.why
    stage.do("plug")
    with stage.gateway as gateway:
        assert gateway.page(address, "A014 -> 3").accepted


# A radio is fed through a file of the machine's own: there is nothing to pull.
@pytest.mark.parametrize("stage", [kind for kind in KINDS if kind != "pocsag"], indirect=True)
@pytest.mark.parametrize("times", [3, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_pulled_out_many_times_each_page_is_felt_once_and_nothing_is_left_open(
    stage: Stage, times: int
) -> None:
    address = ADDRESS.get(stage.kind, "1000001")
    texts = [f"A{turn:03} -> 3" for turn in range(times)]
    opened = set()
    for turn, text in enumerate(texts):
        with stage.gateway as gateway:
            assert gateway.page(address, text, once=f"call-{turn}").accepted
            # What never answers has the page only when it is off the line.
            stage.felt((turn + 1) * (3 if stage.kind == "rumble" else 1))
            stage.do("unplug")
        with pytest.raises(DeviceLost), stage.gateway as gateway:
            gateway.check()
        stage.do("plug")
        opened.add(descriptors())
    assert len(opened) == 1, "a descriptor leaked"
    if stage.kind not in WORDLESS:
        assert [event["text"] for event in stage.sim.events] == texts


@pytest.mark.parametrize("kind", KINDS)
def test_making_one_touches_nothing_and_entering_one_that_is_not_there_is_lost(kind: str) -> None:
    gateway = open_gateway(kind, "paging", NOWHERE.get(kind, "serial:/dev/no-such"), **options_of(kind, None))
    assert (gateway.name, gateway.url) == ("paging", NOWHERE.get(kind, "serial:/dev/no-such"))
    with pytest.raises(DeviceLost, match="paging"), gateway:
        pass


def test_an_unknown_kind_and_an_unknown_option_say_so() -> None:
    with pytest.raises(ValueError, match="pigeon"):
        open_gateway("pigeon", "paging", "serial:/dev/ttyS0")
    for kind in KINDS:
        with pytest.raises(ValueError, match="colur"):
            open_gateway(kind, "paging", NOWHERE.get(kind, "serial:/dev/ttyS0"), colur="red")
    for kind, options in (
        ("pocsag", {"speed": "300"}),
        ("pocsag", {"form": "mp3"}),
        ("jtech", {"function": "song"}),
        ("jtech", {"separator": "comma"}),
        ("waveware", {"tone": "Z"}),
        ("lrs", {"end": "stop"}),
        ("rumble", {"strength": "200"}),
        ("webhook", {"secret": "short"}),
    ):
        with pytest.raises(ValueError, match=r"."):
            open_gateway(kind, "paging", NOWHERE.get(kind, "serial:/dev/ttyS0"), **options)


def test_a_busy_jtech_is_waited_for_and_then_lost() -> None:
    sim = make("jtech", "paging", None, {})
    with host.serve_tcp(sim) as served, open_gateway("jtech", "paging", served.url) as gateway:
        served.do("busy")
        assert gateway.page("1000001", "A012 -> 3").accepted  # it lies in the line's buffer
        assert sim.events == []
        served.do("idle")
        until(lambda: len(sim.events) == 1)


def test_a_waveware_that_says_no_is_asked_three_times_and_a_silent_one_is_not_asked_again() -> None:
    sim = make("waveware", "paging", None, {"known": "1000001"})
    with host.serve_pty(sim) as served:
        url = served.url
        with open_gateway("waveware", "paging", url, answer_within=0.3) as gateway:
            served.do("nak_next", count=2, why="07")
            assert gateway.page("1000001", "A012 -> 3").accepted
            served.do("nak_next", count=3, why="07")
            assert gateway.page("1000001", "A013 -> 3") == Receipt("1000001", False, "NAK 07")
            assert gateway.page("9999999", "A014 -> 3") == Receipt("9999999", False, "NAK 02")
            served.do("die")
            with pytest.raises(DeviceLost, match="没有答复"):
                gateway.page("1000001", "A015 -> 3")
    assert [event["text"] for event in sim.events] == ["A012 -> 3"]


def test_rumble_leaves_no_effect_and_no_handle_behind_even_when_pulled_out() -> None:
    pad = Gamepad("rumble")
    pulled = iter([False, True])

    def sleep(_seconds: float) -> None:
        if next(pulled, False):
            pad.do("unplug")

    url = "evdev:/dev/hall/rumble-{pager}"
    with pytest.raises(DeviceLost, match="没有目录"):
        open_gateway("rumble", "paging", url, open_device=pad.open).__enter__()
    gateway = open_gateway("rumble", "paging", url, open_device=pad.open, sleep=sleep)
    with pytest.raises(DeviceLost, match="rumble-7"):
        gateway.page("7", "A012 -> 3")
    pad.do("plug")
    for _ in range(20):  # more than a gamepad keeps
        assert gateway.page("7", "A012 -> 3").accepted
    assert (pad.effects, pad.handles) == ({}, 0)
    pad.do("no_motors")
    with pytest.raises(DeviceLost, match="不会震动"):
        gateway.page("7", "A012 -> 3")
    assert pad.handles == 0


@pytest.mark.parametrize("vector", RUMBLES, ids=lambda v: v["name"])
def test_what_the_kernel_is_given_is_what_its_header_says(vector: dict[str, Any]) -> None:
    given: list[bytes] = []

    class Kernel(Handle):
        def upload_effect(self, effect: Any) -> int:
            given.append(bytes(effect)[: len(bytes.fromhex(vector["effect"]))])
            return super().upload_effect(effect)

    pad = Gamepad("rumble")
    options = {name: str(vector[name]) for name in ("milliseconds", "strength")}
    opened = {"open_device": lambda path: Kernel(pad, path), "sleep": lambda _: None}
    open_gateway("rumble", "paging", "evdev:/dev/hall/rumble-1", **options, **opened).page("1", "")
    assert [raw.hex(" ").upper() for raw in given] == [vector["effect"]]
