"""A USB printer by its numbers: through usblp's device file, or through libusb where no driver has it.

No USB hardware is here. What is real: sysfs as files, usblp's device file as a pty, pyusb itself down to its
backend. What is not: the kernel, libusb, and the printer behind them.
"""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core

from drivers import usb as wire
from drivers.doctor import cause
from drivers.errors import DeviceLost
from drivers.printer import PROFILES, Paper, Printed, Printer
from drivers.sim import host
from drivers.sim.printer import PrinterSimulator
from drivers.transport import check_url, open_url

OUT, IN = 0x01, 0x81


class Bus(usb.backend.IBackend):
    """What libusb would say of one printer with a vendor pipe. `gone`, `busy`, `closed`: what can be wrong."""

    def __init__(self, sim: PrinterSimulator, serial: str = "J1A2B3") -> None:
        self.sim = sim
        self.serial = serial
        self.waiting = bytearray()
        self.gone = False
        self.refuses = 0
        self.claimed: list[int] = []
        self.opened = 0

    def enumerate_devices(self) -> Iterator[str]:
        return iter([] if self.gone else ["printer"])

    def get_device_descriptor(self, dev: Any) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=0x04B8, idProduct=0x0202, bcdDevice=0x100, iManufacturer=1, iProduct=2,
            iSerialNumber=3, bNumConfigurations=1, address=5, bus=1, port_number=1, port_numbers=(1,), speed=3,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=2, bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=b"",
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        if intf > 1 or alt:
            raise IndexError(intf)
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=0,
            bNumEndpoints=2 if intf else 1, bInterfaceClass=0xFF if intf else 0x03, bInterfaceSubClass=1,
            bInterfaceProtocol=2, iInterface=0, extra_descriptors=b"",
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        address, kind = ((OUT, 2), (IN, 2))[ep] if intf else (0x82, 3)
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=b"",
        )  # fmt: skip

    def open_device(self, dev: Any) -> str:
        if self.refuses == errno.EACCES:
            raise usb.core.USBError("Access denied", -3, errno.EACCES)
        self.opened += 1
        return "handle"

    def close_device(self, handle: Any) -> None:
        self.opened -= 1

    def get_configuration(self, handle: Any) -> int:
        return 1

    def claim_interface(self, handle: Any, intf: int) -> None:
        if self.refuses == errno.EBUSY:
            raise usb.core.USBError("Resource busy", -6, errno.EBUSY)
        self.claimed.append(intf)

    def release_interface(self, handle: Any, intf: int) -> None:
        self.claimed.remove(intf)

    def ctrl_transfer(
        self, handle: Any, kind: int, request: int, value: int, index: int, data: Any, timeout: int
    ) -> int:
        """String descriptors: the languages, and the serial number."""
        text = b"\x09\x04" if value & 0xFF == 0 else self.serial.encode("utf-16-le")
        said = bytes((len(text) + 2, 3)) + text
        data[: len(said)] = array("B", said)
        return len(said)

    def bulk_write(self, handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        self._there()
        assert (ep, intf) == (OUT, 1)
        part = bytes(data)[:512]
        self.waiting += self.sim.receive(part)
        return len(part)

    def bulk_read(self, handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        self._there()
        self.waiting += self.sim.poll()
        if not self.waiting:
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
        part = self.waiting[: len(buff)]
        del self.waiting[: len(part)]
        buff[: len(part)] = array("B", bytes(part))
        return len(part)

    def _there(self) -> None:
        if self.gone:
            raise usb.core.USBError("No such device", -4, errno.ENODEV)


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
