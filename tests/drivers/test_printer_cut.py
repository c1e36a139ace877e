"""The host dies after any byte of a ticket: what hangs out is whole or plainly not, and the next ticket is whole.

Every byte; of tickets that go as pictures, or whose code does, every byte in ./hall test --long and a spread before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from drivers.errors import DeviceLost
from drivers.printer import PROFILES, Paper, Printed, Printer, Profile, driver
from drivers.sim.printer import PrinterSimulator
from tests.drivers.inprocess import Direct

NUMBER, END, AGAIN = "A012", "监督电话 12345", "补打"
SIMULATED = {
    "80mm": {"paper": "80"},
    "80mm-epson": {"paper": "80", "id": "yes"},
    "58mm-cutter": {"paper": "58"},
    "58mm-raster": {"paper": "58", "rom": "none"},
}
SURE = {"80mm-epson": Printed.CONFIRMED}  # of the others PROCESSED is all that they say
EDGE = 24 * (384 + 2 * 40) // 8  # bytes of the white rows at an end of a picture of 58 mm paper
Wiring = Callable[[Direct], None]


def composed(profile: Profile, again: bool) -> bytes:
    """A small ticket that has everything: Chinese, the number large, a code, and a line that ends it."""
    paper = Paper(profile)
    if profile.gbk:
        paper.text(AGAIN if again else "请等候", align="center")
        paper.text(NUMBER, size=(4, 4), align="center")
        paper.qr("A012/7f3a")
        paper.text(END)
    else:
        paper.image(drawn(again))
    paper.cut()
    return paper.bytes


def drawn(again: bool) -> Image.Image:
    """A ticket as a kiosk draws it where the printer has no Chinese; small, because every byte costs a try."""
    picture = Image.new("1", (384, 64), 255)
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(("REPRINT" if again else "TICKET", NUMBER, "THE END")):
        pen.text((8, 4 + 20 * row), text, fill=0)
    pen.rectangle((360, 40, 383, 63), fill=0)
    return picture


class Paperwork:
    """What a person finds: the pieces of paper, as pictures, in the order in which they came out."""

    def __init__(self, folder: Path, profile_name: str) -> None:
        self.folder = folder
        self.sim = PrinterSimulator("printer-1", folder, **SIMULATED[profile_name])

    def pieces(self) -> list[tuple[dict[str, Any], bytes]]:
        found = []
        for event in self.sim.events:
            if event["event"] in ("cut", "torn"):
                with Image.open(event["png"]) as png:
                    found.append((event, png.convert("1").tobytes()))
        return found


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Wiring:
    def to(wire: Direct) -> None:
        monkeypatch.setattr(driver, "open_url", lambda url, device: wire)

    return to


def printed(wired: Wiring, wire: Direct, profile: Profile, job: bytes, unfinished: bool) -> Printed | None:
    """One start of the host: a ticket, or None if it died."""
    wired(wire)
    with Printer(
        "printer-1", wire.url, profile, answer=0.002, patience=5.0, unfinished=unfinished
    ) as printer:
        try:
            return printer.print(job)
        except DeviceLost:
            return None


def whole(wired: Wiring, folder: Path, name: str, again: bool) -> tuple[bytes, int]:
    """How a ticket looks that nothing went wrong with, and how many bytes it took."""
    paperwork = Paperwork(folder, name)
    wire = Direct(paperwork.sim)
    done = printed(wired, wire, PROFILES[name], composed(PROFILES[name], again), False)
    assert done is SURE.get(name, Printed.PROCESSED)
    if not PROFILES[name].cut:
        paperwork.sim.do("tear")
    ((_, picture),) = paperwork.pieces()
    return picture, len(wire.sent)


def die_and_start_again(wired: Wiring, folder: Path, name: str, cuts: list[int]) -> dict[str, int]:
    """Every cut in turn; returns how often what came out first was whole, void, or nothing."""
    first, _ = whole(wired, folder / "first", name, False)
    second, _ = whole(wired, folder / "second", name, True)
    profile = PROFILES[name]
    job, again = composed(profile, False), composed(profile, True)
    seen = {"whole": 0, "void": 0, "nothing": 0}
    only_crosses = b""
    assert cuts[0] == 0
    for most in cuts:
        paperwork = Paperwork(folder / "paper", name)
        printed(wired, Direct(paperwork.sim, most), profile, job, False)
        done = printed(wired, Direct(paperwork.sim), profile, again, True)
        assert done is SURE.get(name, Printed.PROCESSED), f"byte {most}: the next start cannot print"
        if not profile.cut:
            paperwork.sim.do("tear")
        *before, (last, picture) = paperwork.pieces()
        if profile.cut:
            assert picture == second, f"byte {most}: the reprint is not whole"
            assert AGAIN in last["lines"]
        else:
            # Without a knife both hang in one strip: the reprint whole at its end, crosses above it.
            assert picture.endswith(second[EDGE:]), f"byte {most}: the reprint is not whole"
            assert last["lines"][-1:] == ["X" * profile.columns], f"byte {most}: nothing says where it begins"
            above = picture[EDGE : len(picture) - len(second) + EDGE]
            only_crosses = only_crosses or above  # the first host said nothing at all
            before = [] if above == only_crosses else [(last, first if first[EDGE:-EDGE] in above else above)]
        # A command to cut that broke off in its middle cuts where the knife is, 12 mm behind the last line.
        assert len(before) <= 2, f"byte {most}: {[e for e, _ in before]} before the reprint"
        state = "nothing" if not before else "void"
        if [png for _, png in before] == [first]:
            state = "whole"
        elif profile.gbk:
            for event, _ in before:
                assert not {NUMBER, END} <= set(event["lines"]), f"byte {most}: spoilt, and looks finished"
        seen[state] += 1
    return seen


NARROW = [
    pytest.param(name, marks=pytest.mark.long) for name in SIMULATED if name.startswith("58mm")
]  # 8 KB each


def lengths(wired: Wiring, folder: Path, name: str) -> int:
    return whole(wired, folder, name, False)[1]


@pytest.mark.parametrize("name", ["58mm-raster"])
def test_a_spread_of_bytes(wired: Wiring, tmp_path: Path, name: str) -> None:
    length = lengths(wired, tmp_path / "length", name)
    cuts = sorted({*range(40), *range(40, length, max(1, length // 40)), *range(length - 24, length + 1)})
    seen = die_and_start_again(wired, tmp_path, name, cuts)
    assert all(seen.values()), seen


@pytest.mark.timeout(5400)
@pytest.mark.parametrize("name", ["80mm", "80mm-epson", *NARROW])
def test_every_byte(wired: Wiring, tmp_path: Path, name: str) -> None:
    length = lengths(wired, tmp_path / "length", name)
    seen = die_and_start_again(wired, tmp_path, name, list(range(length + 1)))
    assert sum(seen.values()) == length + 1
    assert all(seen.values()), seen
