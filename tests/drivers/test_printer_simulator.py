"""The simulated printer does what a printer does: what it prints, what it says, and when it stops."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.printer import PROFILES, Paper
from drivers.sim.printer import PrinterSimulator
from drivers.sim.realtime import Ear

FINE = b"\x12\x12\x12\x12"
ASK_ALL = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"
CUT = b"\x1dVB\x00"


def printer(out: Path | None = None, **options: str) -> PrinterSimulator:
    return PrinterSimulator("printer-1", out, **options)


def lines(simulator: PrinterSimulator) -> list[str]:
    return [line for event in simulator.events for line in event.get("lines", [])]


@pytest.mark.parametrize(
    ("happens", "answers", "automatic"),
    [
        ("near_end", "1212121e", "10000300"),
        ("run_out_of_paper", "1a32127e", "18000f00"),
        ("open_cover", "1a161212", "38000000"),
        ("jam_cutter", "1a521a12", "18080000"),
    ],
)
def test_it_says_what_is_the_matter(happens: str, answers: str, automatic: str) -> None:
    simulator = printer()
    assert simulator.receive(ASK_ALL) == FINE
    assert simulator.receive(b"\x1da\xff").hex() == "10000000"
    simulator.do(happens)
    assert simulator.poll().hex() == automatic
    assert simulator.poll() == b""
    assert simulator.receive(ASK_ALL).hex() == answers
    assert simulator.events[-1]["event"] == "condition"


def test_gs_r_waits_its_turn_and_dle_eot_does_not() -> None:
    simulator = printer()
    assert simulator.receive(b"\x1dr\x01") == b"\x00"
    simulator.do("run_out_of_paper")
    assert simulator.receive(b"A012\n\x1dr\x01") == b""
    assert simulator.receive(b"\x10\x04\x04") == b"\x7e"
    simulator.do("load_paper")
    assert simulator.poll() == b"\x00"


def test_half_a_ticket_goes_on_when_paper_comes_unless_it_was_cleared(tmp_path: Path) -> None:
    job = "一\n二\n三\n四\n".encode("gbk") + CUT
    for clear, rest in (
        (b"", ["三", "四"]),
        (b"\x10\x05\x02", []),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", []),
    ):
        simulator = printer(tmp_path)
        simulator.do("run_out_of_paper", after_rows=70)
        simulator.receive(job)
        assert lines(simulator) == []
        simulator.receive(clear)
        simulator.do("load_paper")
        assert simulator.events[1]["event"] == "torn"
        assert simulator.events[1]["lines"] == ["一", "二"]
        assert lines(simulator)[2:] == rest


def test_real_time_commands_inside_a_picture_are_obeyed() -> None:
    simulator = printer()
    assert simulator.receive(b"\x1dv0\x00\x02\x00\x04\x00" + b"\x10\x04\x01\x00\x00\x00\x00\x00") == b"\x12"


def test_the_ear_hears_every_command_however_it_is_chopped() -> None:
    stream = b"\x10\x10\x04\x02\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08\x10\x07\x10\x05\x02abc\x10"
    for size in range(1, len(stream) + 1):
        ear = Ear()
        parts = [part for at in range(0, len(stream), size) for part in ear.listen(stream[at : at + size])]
        assert b"".join(part for part, _ in parts) == stream
        assert [c for _, c in parts if c] == [b"\x10\x04\x02", stream[4:14], b"\x10\x05\x02"]


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_no_bytes_break_it(noise: bytes) -> None:
    simulator = printer()
    simulator.receive(noise)
    simulator.do("show")
    simulator.do("tear")


@settings(max_examples=15)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=8))
def test_chopping_changes_nothing(sizes: list[int]) -> None:
    job = Paper(PROFILES["80mm"])
    job.text("请王𠮷到三号窗口", size=(2, 2))
    job.text("前面还有 6 人")
    job.qr("A012")
    whole, chopped = printer(), printer()
    stream = job.bytes + ASK_ALL + b"\x1dr\x01"
    expected = whole.receive(stream)
    said, at = b"", 0
    while at < len(stream):
        size = sizes[at % len(sizes)]
        said += chopped.receive(stream[at : at + size])
        at += size
    assert said == expected
    assert chopped.roll.picture().tobytes() == whole.roll.picture().tobytes()


def test_text_that_people_read() -> None:
    simulator = printer()
    simulator.receive(b"\x1b@" + "请A012号，到３号窗口。\n".encode("gbk") + b"\x1c.caf\x82\n\x1c&" + CUT)
    simulator.receive(b"\x1c.\x1bt\x01\x95\xb1\n" + CUT)
    assert lines(simulator) == ["请A012号，到３号窗口。", "café", "─ｱ"]
    assert simulator.do("show")["unknown"] == 0


def test_what_the_font_rom_lacks_is_a_box_and_counted() -> None:
    four = "王𠮷\n".encode("gb18030") + CUT
    simple, rich = printer(), printer(rom="gb18030")
    simple.receive(four)
    rich.receive(four)
    assert "□" in lines(simple)[0]
    assert simple.do("show")["unknown"] > 0
    assert lines(rich) == ["王𠮷"]


def test_unknown_bytes_are_counted() -> None:
    simulator = printer()
    simulator.receive(b"\x01\x02\x1b\xff\x1d\xfe")
    assert simulator.do("show")["unknown"] == 6


def test_a_line_longer_than_the_paper_goes_on_below() -> None:
    simulator = printer(paper="58")
    simulator.receive(("号" * 17 + "\n").encode("gbk") + CUT)
    assert lines(simulator) == ["号" * 16, "号"]


def test_a_cut_without_feed_leaves_the_last_lines_in_the_machine() -> None:
    simulator = printer()
    simulator.receive("一\n二\n三\n四\n五\n".encode("gbk") + b"\x1dV\x00")
    assert lines(simulator) == ["一", "二"]
    simulator.do("tear")
    assert lines(simulator) == ["一", "二", "三", "四", "五"]


@pytest.mark.parametrize(
    "command",
    [
        b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x00\x80\x00\x00\x01",
        b"\x1d(L\x10\x000p0\x01\x011\x10\x00\x03\x00" + b"\xff\x00\x80\x00\x00\x01" + b"\x1d(L\x02\x0002",
        b"\x1d8L\x10\x00\x00\x000p0\x01\x011\x10\x00\x03\x00" + b"\xff\x00\x80\x00\x00\x01" + b"\x1d(L\x02\x0002",
        b"\x1b3\x00\x1b*\x21\x10\x00" + b"".join(
            bytes((0x80 | 0x40 * (x == 0) if x < 8 else 0x20 * (x == 15), 0, 0)) for x in range(16)
        ) + b"\n",
    ],
    ids=["GS v 0", "GS ( L", "GS 8 L", "ESC *"],
)  # fmt: skip
def test_the_same_dots_by_every_picture_command(command: bytes) -> None:
    simulator = printer()
    simulator.receive(command)
    dots = simulator.roll.picture().crop((0, 0, 16, 3))
    expected = Image.frombytes("1", (16, 3), bytes(~byte & 0xFF for byte in b"\xff\x00\x80\x00\x00\x01"))
    assert dots.tobytes() == expected.tobytes()
    assert simulator.do("show")["unknown"] == 0


def test_a_picture_that_says_it_is_larger_than_it_is_prints_nothing() -> None:
    simulator = printer()
    simulator.receive(b"\x1d8L\x0c\x00\x00\x000p0\x01\x011\xff\xff\xff\xff\x55\xaa\x1d(L\x02\x0002")
    simulator.receive("请等候\n".encode("gbk"))
    assert simulator.do("show")["unknown"] == 2 and lines(simulator) == []
    simulator.do("tear")
    assert lines(simulator) == ["请等候"]


@pytest.mark.parametrize("profile", ["80mm", "80mm-raster", "58mm"])
def test_a_scanner_reads_the_code_off_the_paper(tmp_path: Path, profile: str) -> None:
    simulator = printer(tmp_path, paper=profile[:2])
    job = Paper(PROFILES[profile])
    job.text("扫码看排到哪里")
    job.qr("https://hall.example/t/7f3a9c", 6)
    job.text("轮到您时手机会震动")
    simulator.receive(job.bytes)
    png = simulator.do("tear")["png"]
    read = subprocess.run(["zbarimg", "-q", "--raw", png], capture_output=True, text=True, check=True)
    assert read.stdout.strip() == "https://hall.example/t/7f3a9c"


def test_the_picture_is_paper_with_a_white_edge(tmp_path: Path) -> None:
    simulator = printer(tmp_path)
    simulator.receive("请A012号\n".encode("gbk") + CUT)
    path = Path(simulator.events[0]["png"])
    assert path == tmp_path / "printer-1-0001.png"
    with Image.open(path) as paper:
        assert paper.width == 640
        assert paper.crop((0, 0, 32, paper.height)).getcolors() == [(32 * paper.height, 255)]
        assert len(paper.getcolors() or []) == 2


def test_power_off_is_silence_and_forgets() -> None:
    simulator = printer()
    simulator.receive("一\n二".encode("gbk"))
    simulator.do("switch_off")
    assert simulator.receive(ASK_ALL) == b""
    simulator.do("switch_on")
    assert simulator.receive(ASK_ALL) == FINE
    simulator.receive("三\n".encode("gbk"))
    assert simulator.do("tear")["lines"] == ["一", "三"]


def test_what_it_cannot_do_it_refuses() -> None:
    with pytest.raises(ValueError, match="a printer cannot 'fly'"):
        printer().do("fly")
    with pytest.raises(ValueError, match="paper is one of 80, 58"):
        printer(paper="112")


def test_it_introduces_itself() -> None:
    assert printer().receive(b"\x1dI\x42\x1dI\x43") == b"_HALL\x00_SIM-80\x00"
