"""A USB device with a vendor pipe, as pyusb finds it: pyusb is real down to its backend, libusb is not."""

from __future__ import annotations

import errno
from array import array
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import usb.backend
import usb.core

from drivers.sim.device import Simulator
from drivers.sim.ends import HasRoom

OUT, IN = 0x01, 0x81
URL = "usb:04b8:0202"


class Bus(usb.backend.IBackend):
    """What libusb would say of one printer with a vendor pipe. `gone`, `busy`, `closed`: what can be wrong."""

    def __init__(self, sim: Simulator, serial: str = "J1A2B3") -> None:
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
        if isinstance(self.sim, HasRoom) and not self.sim.room():
            raise usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)
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


class Plugged:
    """That device in its socket, with what a served simulator has."""

    url = URL

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim
        self.bus = Bus(sim)

    def do(self, action: str, **args: Any) -> Any:
        if action not in ("unplug", "plug"):
            return self.sim.do(action, **args)
        self.bus.gone = action == "unplug"
        self.bus.waiting.clear()
        return None
