"""A USB printer by its numbers: through usblp's device file, or through libusb where no driver has it.

No USB hardware is here. What is real: sysfs as files, usblp's device file as a pty, pyusb itself down to its
backend. What is not: the kernel, libusb, and the printer behind them.
"""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from drivers import usb as wire
from drivers.doctor import cause
from drivers.errors import DeviceLost
from drivers.printer import PROFILES, Paper, Printed, Printer
from drivers.sim import host
from drivers.sim.printer import PrinterSimulator
from drivers.transport import check_url, open_url
from tests.drivers.vendorpipe import Bus


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Bus:
    bus = Bus(PrinterSimulator("printer-1", tmp_path))
    monkeypatch.setattr(wire, "BACKEND", bus)
    monkeypatch.setattr(wire, "SYS", tmp_path / "no-usblp-here")
    return bus


def ticket() -> bytes:
    paper = Paper(PROFILES["80mm"])
    paper.text("请A012号等候")
    paper.cut()
    return paper.bytes


def test_a_vendor_pipe_prints_and_says_when_it_is_done(bus: Bus) -> None:
    with Printer("printer-1", "usb:04b8:0202", PROFILES["80mm"], answer=0.3) as printer:
        assert printer.status().ready
        assert printer.print(ticket()) is Printed.PROCESSED
        assert bus.claimed == [1]
    assert bus.sim.events[-1]["lines"] == ["请A012号等候"]
    assert (bus.claimed, bus.opened) == ([], 0), "the printer is given back"


def test_the_serial_number_tells_two_alike_apart(bus: Bus) -> None:
    with open_url("usb:04B8:0202?serial=J1A2B3", "printer-1"):
        pass
    with pytest.raises(DeviceLost, match="序列号不对"):
        open_url("usb:04b8:0202?serial=OTHER", "printer-1")


@pytest.mark.parametrize("which", ["", "?serial=J1A2B3"])
@pytest.mark.parametrize(
    ("number", "word"), [(errno.EACCES, 'ATTR{idVendor}=="04b8"'), (errno.EBUSY, "占用")]
)
def test_what_is_wrong_is_said_with_what_to_do(bus: Bus, number: int, word: str, which: str) -> None:
    bus.refuses = number
    with pytest.raises(DeviceLost, match="USB 设备 04b8:0202") as lost:
        open_url("usb:04b8:0202" + which, "printer-1")
    assert word in lost.value.why
    assert cause.errno_of(lost.value) == number
    assert bus.opened == 0


def test_a_printer_is_pulled_out_two_hundred_times_and_nothing_is_leaked(bus: Bus) -> None:
    with Printer("printer-1", "usb:04b8:0202", PROFILES["80mm"], answer=0.3) as printer:
        for _ in range(200):
            assert printer.status().ready
            bus.gone = True
            with pytest.raises(DeviceLost, match="没有 USB 设备"):
                printer.status()
            bus.gone = False
            bus.waiting += b"\xff\x00garbage\xfe"
        assert printer.print(ticket()) is Printed.PROCESSED
        assert bus.opened == 1
    assert (bus.claimed, bus.opened) == ([], 0)


def test_where_usblp_has_the_printer_its_device_file_is_the_wire(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interface = tmp_path / "sys" / "1-1" / "1-1:1.0"
    lp = tmp_path / "class" / "lp0"
    for folder in (interface, lp, tmp_path / "dev"):
        folder.mkdir(parents=True)
    (lp / "device").symlink_to(interface)
    for name, value in (("idVendor", "04b8"), ("idProduct", "0e15"), ("serial", "X1")):
        (interface.parent / name).write_text(value + "\n")
    monkeypatch.setattr(wire, "SYS", tmp_path / "class")
    monkeypatch.setattr(wire, "DEV", tmp_path / "dev")
    assert wire.usblp(0x04B8, 0x0E15, "") == tmp_path / "dev" / "lp0"
    assert wire.usblp(0x04B8, 0x0E15, "X2") is None
    assert wire.usblp(0x04B8, 0x0202, "") is None
    with host.serve_pty(PrinterSimulator("printer-1", tmp_path)) as served:
        (tmp_path / "dev" / "lp0").symlink_to(served.url.removeprefix("serial:"))
        with Printer("printer-1", "usb:04b8:0e15?serial=X1", PROFILES["80mm"], answer=0.5) as printer:
            assert printer.print(ticket()) is Printed.PROCESSED
        assert served.sim.events[-1]["lines"] == ["请A012号等候"]


def test_urls() -> None:
    assert check_url("usb:04b8:0202") is None
    assert check_url("usb:04b8:0202?serial=J1") is None
    assert "lsusb" in (check_url("usb:/dev/usb/lp0") or "")
    assert "port" in (check_url("usb:04b8:0202?port=1") or "")
