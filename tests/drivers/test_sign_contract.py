"""What every sign promises: it shows what it was asked, or says that it cannot; it dies, and it comes back."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceError, DeviceLost
from drivers.sign import dots, hub75
from drivers.sign.open import KINDS, open_sign
from drivers.sign.sign import Sign
from drivers.sign.wired import SENDS
from drivers.sim import host, make
from tests.drivers.patience import until

CALL = ("请A012号", "到3号窗口")
NOISE = b"\xff\xfe?\x7f\x00"


def text(sim: Any, lines: tuple[str, ...], size: tuple[int, int]) -> bool:
    return sim.lines() == list(lines)


def strip_text(sim: Any, lines: tuple[str, ...], size: tuple[int, int]) -> bool:
    return sim.text.split() == list(lines)


def picture(sim: Any, lines: tuple[str, ...], size: tuple[int, int]) -> bool:
    return sim.mask().tobytes() == dots.render(lines, *size).pages[0].tobytes()


def number(sim: Any, lines: tuple[str, ...], size: tuple[int, int]) -> bool:
    return sim.text.rstrip() == ("A012-3" if lines else "")


@dataclass(frozen=True)
class Case:
    """One kind of sign on one kind of wire: its far end, and how to read that."""

    kind: str
    sim: str
    shows: Callable[[Any, tuple[str, ...], tuple[int, int]], bool]
    options: dict[str, str] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    answers: bool = True
    height: int = 32
    lost: str = ""
    wire: str = "tcp"


CASES = {
    "onbon": Case("onbon", "onbon", text),
    "bx5": Case("bx5", "bx", picture, {"series": "bx5"}),
    "bx6": Case("bx6", "bx", picture, {"series": "bx6", "lit": "1"}, {"lit": 1}),
    "alpha": Case("alpha", "alpha", picture, {"address": "4"}, {"address": 4, "colour": "green"}, wire="pty"),
    "strip": Case("strip", "strip", strip_text, {"address": "3"}, {"address": 3}, wire="pty"),
    "candle": Case("candle", "candle", number, {}, {}, answers=False, lost="请号到号窗口", wire="pty"),
    "hub75": Case("hub75", "hub75", picture, {}, {}, answers=False, wire=""),
}
ONCE = tuple(CASES)  # for what does not depend on the wire
CASES |= {f"{which} on a line": replace(CASES[which], wire="pty") for which in ("onbon", "bx5", "bx6")}
WIRED = [which for which, case in CASES.items() if case.wire]
ANSWERING = [which for which, case in CASES.items() if case.answers]
_numbers = itertools.count()
DESCRIPTORS = Path("/proc/self/fd")


@dataclass
class Hung:
    """A sign on its wall: its driver, not yet entered, its far end, and the wire between them."""

    sign: Any
    sim: Any
    served: Any
    case: Case
    received: int = 0
    noise: bytes = b""

    def shows(self, *lines: str) -> bool:
        return self.case.shows(self.sim, lines, (self.sign.width, self.sign.height))


@contextmanager
def hang(which: str, out: Path | None = None) -> Iterator[Hung]:
    case = CASES[which]
    size = {"width": "128"} if case.kind == "candle" else {"width": "128", "height": str(case.height)}
    name = f"{case.kind}-{next(_numbers)}"
    sim: Any = make(case.sim, name, out, case.options | size)
    if not case.wire:
        url = f"sim:{case.sim}?name={name}&width=128&height={case.height}"
        served: Any = host.behind(url)
        sim = served.sim
    else:
        served = (host.serve_tcp if case.wire == "tcp" else host.serve_pty)(sim)
        url = served.url if case.wire == "tcp" else f"{served.url}?baud=4000000"
    sign: Any = open_sign(case.kind, name, url, 128, case.height, **case.own)
    hung = Hung(sign, sim, served, case)
    if hasattr(sign, "gap"):
        sign.gap = 0.0  # what a real sign needs between two packets
    receive = sim.receive

    def listen(data: bytes) -> bytes:
        hung.received += 1
        return hung.noise + receive(data)

    sim.receive = listen
    with served:
        yield hung


@pytest.fixture(params=CASES)
def hung(request: pytest.FixtureRequest) -> Iterator[Hung]:
    with hang(request.param) as hung:
        yield hung


@pytest.fixture(params=WIRED)
def wired(request: pytest.FixtureRequest) -> Iterator[Hung]:
    with hang(request.param) as hung:
        yield hung


@pytest.fixture(params=ANSWERING)
def answering(request: pytest.FixtureRequest) -> Iterator[Hung]:
    with hang(request.param) as hung:
        yield hung


def test_no_kind_of_sign_is_left_out() -> None:
    assert {case.kind for case in CASES.values()} == set(KINDS)


def test_what_is_asked_is_what_is_lit_and_it_goes_dark_again(hung: Hung) -> None:
    with hung.sign as sign:
        typed: Sign = sign  # every driver has the protocol's shape
        assert typed.show(CALL) == hung.case.lost
        until(lambda: hung.shows(*CALL), "the call is lit")
        typed.ping()
        assert hung.shows(*CALL), "asking changes nothing"
        typed.clear()
        until(lambda: hung.shows(), "nothing is lit")
        assert typed.skipped == 0


def test_letting_go_leaves_it_lit_and_coming_back_shows_again(hung: Hung) -> None:
    with hung.sign as sign:
        sign.show(CALL)
        until(lambda: hung.shows(*CALL), "the call is lit")
    assert hung.sign.wire is None
    assert hung.shows(*CALL)
    with hung.sign as sign:
        sign.clear()
        sign.show(CALL)
        until(lambda: hung.shows(*CALL), "the call is lit again")


def test_a_sign_that_is_not_open_is_lost_by_its_name(hung: Hung) -> None:
    for act in (lambda: hung.sign.show(CALL), hung.sign.clear):
        with pytest.raises(DeviceLost) as lost:
            act()
        assert lost.value.device == hung.sign.name


@pytest.mark.parametrize("which", [which for which in ONCE if CASES[which].shows is not number])
def test_more_lines_than_it_has_are_our_bug(which: str) -> None:
    with hang(which) as hung, hung.sign as sign, pytest.raises(ValueError, match="9 lines"):
        sign.show("一二三四五六七八九")


def test_silence_is_borne_no_longer_than_its_limit_and_then_forgiven(answering: Hung) -> None:
    with answering.sign as sign:
        sign.show(CALL)
        answering.served.do("die")
        patience, sign.reply = sign.reply, 0.05
        answering.received = 0
        with pytest.raises(DeviceLost, match=sign.name):
            sign.show(("A013",))
        assert answering.received > 0
        assert not answering.shows("A013")
        answering.served.do("revive")
        sign.reply = patience
        sign.show(CALL)
        until(lambda: answering.shows(*CALL), "it came back")


def test_it_asks_no_more_than_three_times(answering: Hung) -> None:
    written: list[bytes] = []
    with answering.sign as sign:
        answering.served.do("die")
        sign.reply = 0.02
        write = sign.wire.write

        def note(data: bytes) -> None:
            written.append(data)
            write(data)

        sign.wire.write = note
        with pytest.raises(DeviceLost):
            sign.clear()
    assert len(written) % SENDS == 0
    third = len(written) // SENDS
    assert written[:third] == written[third : 2 * third] == written[2 * third :]


def test_a_dead_sign_cannot_be_opened(answering: Hung) -> None:
    answering.served.do("die")
    answering.sign.reply = 0.02
    with pytest.raises(DeviceLost, match=answering.sign.name), answering.sign:
        pass
    assert answering.sign.wire is None


def test_garbage_on_the_wire_is_skipped_and_counted(wired: Hung) -> None:
    wired.noise = NOISE
    with wired.sign as sign:
        sign.wire.write(NOISE)
        sign.show(CALL)
        until(lambda: wired.shows(*CALL), "the call is lit in spite of it")
        sign.clear()
        sign.show(CALL)
        until(lambda: wired.shows(*CALL), "and again")
        assert sign.skipped >= len(NOISE.replace(b"\0", b""))
    assert wired.sim.decoder.garbage + getattr(wired.sim.decoder, "malformed", 0) >= 1


def test_a_cable_pulled_out_is_noticed_and_put_back_is_used(wired: Hung) -> None:
    with wired.sign as sign:
        sign.show(CALL)
        wired.served.do("unplug")
        with pytest.raises(DeviceLost, match=sign.name):
            while True:
                sign.clear()
    with pytest.raises(DeviceError), wired.sign:
        pass
    wired.served.do("plug")
    with wired.sign as sign:
        sign.show(CALL)
        until(lambda: wired.shows(*CALL), "it is lit again")


@pytest.mark.parametrize("times", [5, pytest.param(200, marks=pytest.mark.long)])
def test_pulled_and_put_back_many_times_it_leaks_nothing(wired: Hung, times: int) -> None:
    before = len(list(DESCRIPTORS.iterdir()))
    for _ in range(times):
        with wired.sign as sign:
            sign.wire.write(NOISE)
            sign.show(CALL)
            until(lambda: wired.shows(*CALL), "it is lit")
            wired.served.do("unplug")
        wired.served.do("plug")
    assert len(list(DESCRIPTORS.iterdir())) <= before


def test_every_far_end_leaves_a_photograph(tmp_path: Path) -> None:
    signs = [which for which in WIRED if which in ONCE]
    for which in signs:
        with hang(which, tmp_path) as hung, hung.sign as sign:
            sign.show(CALL)
            until(lambda hung=hung: hung.shows(*CALL), "the call is lit")  # type: ignore[misc]
    assert len(list(tmp_path.glob("*.png"))) == len(signs)


@pytest.mark.parametrize("which", ONCE)
@given(chunks=st.lists(st.binary(max_size=60), max_size=6))
def test_no_bytes_upset_the_far_end_and_it_knows_only_its_own_physics(
    which: str, chunks: list[bytes]
) -> None:
    sim = make(CASES[which].sim, "device-1", None, CASES[which].options)
    for chunk in chunks:
        assert isinstance(sim.receive(chunk), bytes)
        assert sim.poll() == b""
    with pytest.raises(ValueError, match="fly"):
        sim.do("fly")


def test_a_kind_and_an_option_that_do_not_exist_are_named() -> None:
    with pytest.raises(ValueError, match="neon"):
        open_sign("neon", "sign-1", "tcp:127.0.0.1:1", 128, 32)
    for kind in KINDS:
        with pytest.raises(ValueError, match="colur"):
            open_sign(kind, "sign-1", "tcp:127.0.0.1:1", 128, 32, colur="red")


def test_a_panel_without_power_shows_its_frame_when_it_has_power_again() -> None:
    with hang("hub75") as hung, hung.sign as sign:
        sign.show(CALL)
        hung.sim.do("die")
        assert hung.shows()
        hung.sim.do("revive")
        assert hung.shows(*CALL)
    assert hung.sign.url in hub75._matrices
