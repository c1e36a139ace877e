"""A ticket is printed, or it is known not to be: our driver against the simulated printer, fault by fault."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from drivers.errors import CoverOpen, CutterJam, DeviceError, DeviceLost, PaperOut
from drivers.printer import PROFILES, Paper, PaperLevel, Printed, Printer, PrinterState, Profile
from drivers.sim import host
from drivers.sim.printer import PrinterSimulator
from drivers.transport import open_url
from tests.caller.onebus import descriptors
from tests.drivers.waiting import until

MID = 100  # rows: the number is printed, the QR code is not
ALL_OF_IT = ["请A012号等候", "A012", "前面还有 6 人", "监督电话 12345"]


def ticket(number: str = "A012", profile: Profile = PROFILES["80mm"]) -> bytes:
    paper = Paper(profile)
    paper.text(f"请{number}号等候", align="center")
    paper.text(number, size=(4, 4), align="center")
    paper.text("前面还有 6 人")
    paper.qr(f"https://hall.example/{number}")
    paper.text("监督电话 12345")
    paper.cut()
    return paper.bytes


@pytest.fixture(params=["tcp", "pty"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[host.Served]:
    simulator = PrinterSimulator("printer-1", tmp_path)
    with host.serve_tcp(simulator) if request.param == "tcp" else host.serve_pty(simulator) as served:
        yield served


@pytest.fixture
def printer(served: host.Served) -> Iterator[Printer]:
    with Printer("printer-1", served.url, PROFILES["80mm"], answer=0.4, patience=1.0) as printer:
        yield printer


def pieces(served: host.Served, *kinds: str) -> list[dict[str, Any]]:
    return [e for e in served.sim.events if e["event"] in (kinds or ("cut", "torn"))]


def test_a_ticket_is_processed_and_lies_there_cut(served: host.Served, printer: Printer) -> None:
    assert printer.status() == PrinterState()
    assert printer.print(ticket()) is Printed.PROCESSED
    assert printer.print(ticket("A013")) is Printed.PROCESSED
    first, second = pieces(served)
    assert first["lines"] == ALL_OF_IT
    assert first["qr"] == ["https://hall.example/A012"]
    assert second["lines"][1] == "A013"
    assert served.do("show")["unknown"] == 0


def test_a_printer_that_names_its_jobs_confirms_this_one(tmp_path: Path) -> None:
    simulator = PrinterSimulator("epson", tmp_path, id="yes")
    with host.serve_tcp(simulator) as served, Printer("p", served.url, PROFILES["80mm-epson"]) as printer:
        assert printer.print(ticket()) is Printed.CONFIRMED


def test_near_end_is_told_and_still_prints(served: host.Served, printer: Printer) -> None:
    served.do("near_end")
    assert printer.status() == PrinterState(paper=PaperLevel.NEAR)
    assert printer.print(ticket()) is Printed.PROCESSED


FAULTS = [
    ("run_out_of_paper", "load_paper", PaperOut),
    ("open_cover", "close_cover", CoverOpen),
    ("jam_cutter", "clear_jam", CutterJam),
    ("switch_off", "switch_on", DeviceLost),
]


@pytest.mark.parametrize(("fault", "cure", "error"), FAULTS)
def test_before(
    served: host.Served, printer: Printer, fault: str, cure: str, error: type[DeviceError]
) -> None:
    printer.status()
    served.do(fault)
    with pytest.raises(error, match="printer-1"):
        printer.print(ticket())
    assert pieces(served) == []
    served.do(cure)
    assert printer.status().ready
    assert printer.print(ticket()) is Printed.PROCESSED
    assert [piece["lines"] for piece in pieces(served)] == [ALL_OF_IT]


@pytest.mark.parametrize(("fault", "cure", "error"), FAULTS)
def test_in_the_middle(
    served: host.Served, printer: Printer, fault: str, cure: str, error: type[DeviceError]
) -> None:
    served.do(fault, **({"at_next_cut": True} if fault == "jam_cutter" else {"after_rows": MID}))
    with pytest.raises(error, match="printer-1"):
        printer.print(ticket())
    until(lambda: served.do("show")["waiting"] == 0, lambda: "half a ticket waits to be printed later")
    assert pieces(served, "cut") == []
    served.do(cure)
    assert printer.print(ticket("A013")) is Printed.PROCESSED
    half, whole = pieces(served)
    assert half["lines"][0] == "请A012号等候"
    assert whole["lines"] == [line.replace("A012", "A013") for line in ALL_OF_IT]
    if fault != "jam_cutter":
        assert "监督电话 12345" not in half["lines"]


@pytest.mark.parametrize(("fault", "cure", "error"), FAULTS)
def test_after(
    served: host.Served, printer: Printer, fault: str, cure: str, error: type[DeviceError]
) -> None:
    assert printer.print(ticket()) is Printed.PROCESSED
    served.do(fault)
    if error is DeviceLost:
        with pytest.raises(DeviceLost, match="没有应答"):
            printer.status()
    else:
        assert not printer.status().ready
    served.do(cure)
    assert printer.status().ready
    assert [piece["lines"] for piece in pieces(served)] == [ALL_OF_IT]


@pytest.mark.parametrize("profile", ["80mm-raster", "80mm"])
def test_without_automatic_status_a_fault_is_found_by_asking(served: host.Served, profile: str) -> None:
    mute = replace(PROFILES[profile], asb=False)
    with Printer("printer-1", served.url, mute, answer=0.4, patience=2) as printer:
        served.do("run_out_of_paper", after_rows=MID)
        with pytest.raises(PaperOut):
            printer.print(ticket(profile=mute))
        assert served.do("show")["waiting"] == 0


def test_a_jam_that_is_still_there_is_still_said(served: host.Served, printer: Printer) -> None:
    served.do("jam_cutter")
    assert printer.status().cutter_error
    assert printer.status().cutter_error
    served.do("clear_jam")
    assert printer.status() == PrinterState()


def test_the_plug_is_pulled_in_the_middle(served: host.Served, printer: Printer) -> None:
    printer.status()
    served.do("unplug")
    with pytest.raises(DeviceLost):
        printer.print(ticket())
    with pytest.raises(DeviceLost):
        printer.status()
    served.do("plug")
    assert printer.print(ticket()) is Printed.PROCESSED


@pytest.mark.parametrize("times", [3, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_pulled_out_many_times_with_half_a_picture_between_each_ticket_comes_once(
    served: host.Served, printer: Printer, times: int
) -> None:
    assert printer.print(ticket()) is Printed.PROCESSED
    before = descriptors()  # with the wire open at both its ends, which are here
    printer.close()
    for turn in range(times):
        with open_url(served.url, "another program") as wire:
            wire.write(b"\x1dv0\x00\x48\x00\x02\x00" + bytes(turn % 9))  # 144 dots were to come
        served.do("unplug")
        with pytest.raises(DeviceLost):
            printer.status()
        served.do("plug")
        assert printer.print(ticket(f"A{turn:03}")) is Printed.PROCESSED
        printer.close()
    numbers = [piece["lines"][1] for piece in pieces(served) if piece["lines"]]
    assert numbers == ["A012", *(f"A{turn:03}" for turn in range(times))]
    printer.status()
    until(lambda: descriptors() == before)


def test_a_printer_that_only_listens_cannot_confirm(tmp_path: Path) -> None:
    simulator = PrinterSimulator("mute", tmp_path, answers="no")
    with host.serve_tcp(simulator) as served:
        with Printer("p", served.url, PROFILES["80mm"], answer=0.2) as hopeful, pytest.raises(DeviceLost):
            hopeful.status()
        with Printer("p", served.url, PROFILES["80mm-mute"]) as modest:
            assert modest.print(ticket()) is Printed.SENT


def test_a_printer_that_takes_the_job_and_never_confirms_is_given_up(
    served: host.Served, printer: Printer
) -> None:
    printer.print(ticket())
    deaf = ticket("A013") + b"\x1dv0\x00\x48\x00\xff\x00"  # ends inside a picture: GS r becomes dots
    start = time.monotonic()
    with pytest.raises(DeviceLost, match="没有确认"):
        printer.print(deaf)
    assert time.monotonic() - start < 30
    # The printer still waits for the rest of that picture: the next ticket must not become dots either.
    assert printer.print(ticket("A014")) is Printed.PROCESSED
    assert pieces(served)[-1]["lines"][1] == "A014"


def test_a_full_buffer_is_no_excuse_to_hang(served: host.Served, printer: Printer) -> None:
    picture = Paper(PROFILES["80mm"])
    for _ in range(40):
        picture.text("请A012号等候", size=(2, 2))
    served.do("run_out_of_paper", after_rows=10)
    with pytest.raises(PaperOut):
        printer.print(picture.bytes + b"\x1b@" * 100_000)


def job_cuts() -> list[int]:
    length = len(ticket("B001", PROFILES["80mm-raster"]))
    return [
        0,
        1,
        2,
        3,
        5,
        6,
        7,
        8,
        9,
        10,
        11,
        12,
        13,
        14,
        15,
        16,
        17,
        40,
        3000,
        length // 2,
        length - 4,
        length - 3,
        length - 1,
    ]


@pytest.mark.parametrize("sent", job_cuts())
def test_a_host_that_died_in_the_middle_leaves_no_trace_on_the_next_ticket(tmp_path: Path, sent: int) -> None:
    simulator = PrinterSimulator("printer-1", tmp_path)
    with host.serve_tcp(simulator) as served:
        with open_url(served.url, "printer-1") as wire:
            wire.write(ticket("B001", PROFILES["80mm-raster"])[:sent])
        with Printer("p", served.url, PROFILES["80mm"], answer=0.25, unfinished=True) as printer:
            assert printer.print(ticket()) is Printed.PROCESSED
        assert pieces(served)[-1]["lines"] == ALL_OF_IT
        assert pieces(served)[-1]["qr"] == ["https://hall.example/A012"]


@pytest.mark.parametrize("name", sorted(set(PROFILES) - {"58mm-cutter", "80mm-mute"}))
def test_a_ticket_comes_out_whole_of_every_model(tmp_path: Path, name: str) -> None:
    """python-escpos's models are told what they are; that a ticket fits them and is confirmed is seen here."""
    profile = PROFILES[name]
    shape = {"paper": "80" if profile.width_dots > 384 else "58", "rom": "gbk" if profile.gbk else "none"}
    answers = {"answers": "yes" if profile.gs_r else "no", "id": "yes" if profile.gs_lpar_h else "no"}
    simulator = PrinterSimulator(name, tmp_path, **shape, **answers)
    sure = Printed.CONFIRMED if profile.gs_lpar_h else Printed.PROCESSED
    with host.serve_tcp(simulator) as served, Printer(name, served.url, profile) as printer:
        assert printer.print(ticket(profile=profile)) is (sure if profile.gs_r else Printed.SENT)
        until(lambda: served.do("show")["waiting"] == 0)
        if not profile.cut:
            served.do("tear")
        ((piece,), shown) = pieces(served), served.do("show")
    assert shown["unknown"] == 0
    with Image.open(piece["png"]) as paper:
        code = subprocess.run(
            ["zbarimg", "-q", "--raw", piece["png"]], capture_output=True, text=True, check=True
        )
        assert paper.height > 300 and code.stdout.strip() == "https://hall.example/A012"
