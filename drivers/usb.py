"""A USB printer by its vendor, product and serial number, whatever socket it hangs on.

    usb:04b8:0202                 the only one of this model
    usb:04b8:0202?serial=J1A2B3   this very one

Where the kernel's usblp driver has it, its device file is the wire (that driver reads back, too). Where no
driver has it (a vendor pipe), libusb takes it through pyusb: the first interface with a bulk pipe out.
"""

from __future__ import annotations

import errno
import re
from pathlib import Path
from typing import Any, Self

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.wires import FileWire
from drivers.words import Words, _

SYS = Path("/sys/class/usbmisc")
DEV = Path("/dev/usb")
SYS_BUS, DEV_BUS = Path("/sys/bus/usb/devices"), Path("/dev/bus/usb")
ID = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)
PRINTER, VENDOR = 0x07, 0xFF  # bInterfaceClass: USB Printer Class 1.1, and a maker's own
BULK, IN = 0x02, 0x80  # bmAttributes, bEndpointAddress: USB 2.0, 9.6.6
READ_SIZE = 512
STALE_MOST = 16  # reads of old answers; what still talks then is not listening to us anyway


def check(url: str, where: str, options: dict[str, str]) -> None:
    """ValueError says what was expected."""
    if not ID.fullmatch(where):
        raise ValueError(
            _("“{url}”要写成 usb:厂商号:产品号，如 usb:04b8:0202（lsusb 会列出来）").format(url=url)
        )
    if unknown := sorted(set(options) - {"serial"}):
        raise ValueError(_("“{url}”不认识选项 {unknown}，usb: 只有 serial").format(url=url, unknown=unknown))


def open_usb(url: str, device: str, timeout: float, where: str, serial: str) -> FileWire | UsbWire:
    """The wire to this printer. Raises DeviceLost."""
    vendor, product = (int(part, 16) for part in where.split(":"))
    node = usblp(vendor, product, serial)
    if node is not None:
        return FileWire(url, device, timeout, str(node))
    return UsbWire(url, device, timeout, vendor, product, serial)


def usblp(vendor: int, product: int, serial: str) -> Path | None:
    """The device file that usblp has made for this printer, if it has."""
    for lp in sorted(SYS.glob("lp*")):
        usb = (lp / "device").resolve().parent  # the interface's parent is the device
        same = _hex(usb / "idVendor") == vendor and _hex(usb / "idProduct") == product
        if same and serial in ("", _text(usb / "serial")):
            return DEV / lp.name
    return None


def nodes(url: str) -> list[Path]:
    """The device files through which somebody may hold this printer: usblp's, and libusb's."""
    model, _mark, query = url.removeprefix("usb:").partition("?")
    vendor, product = (int(part, 16) for part in model.split(":"))
    found = [usblp(vendor, product, query.removeprefix("serial="))]
    for usb in sorted(SYS_BUS.glob("*")):
        if (_hex(usb / "idVendor"), _hex(usb / "idProduct")) == (vendor, product):
            found.append(DEV_BUS / _text(usb / "busnum").zfill(3) / _text(usb / "devnum").zfill(3))
    return [node for node in found if node is not None]


class UsbWire(Closing):
    """A printer's bulk pipes through libusb; one process at a time has them."""

    def __init__(self, url: str, device: str, timeout: float, vendor: int, product: int, serial: str) -> None:
        import usb.core

        self.url, self.device, self.timeout = url, device, timeout
        self.usb: Any = None
        self.out: Any = None
        self.back: Any = None  # the pipe from the printer, if it has one
        try:
            found = list(usb.core.find(find_all=True, idVendor=vendor, idProduct=product, backend=BACKEND))
            self.usb = next((each for each in found if not serial or _serial(each) == serial), None)
            if self.usb is None:
                raise OSError(errno.ENODEV, "not there")
            self._claim()
        except usb.core.NoBackendError:
            raise DeviceLost(device, _("没有 libusb：请装 Debian 的 libusb-1.0-0")) from None
        except OSError as error:
            self.close()
            raise DeviceLost(device, _why(error, url)) from error

    def _claim(self) -> None:
        import usb.util

        for interface in self.usb.get_active_configuration():
            pipes = {bool(e.bEndpointAddress & IN): e for e in interface if e.bmAttributes & 3 == BULK}
            if interface.bInterfaceClass in (PRINTER, VENDOR) and False in pipes:
                usb.util.claim_interface(self.usb, interface)
                self.out, self.back = pipes[False], pipes.get(True)
                self._forget()
                return
        raise OSError(errno.ENXIO, "no bulk pipe")

    def _forget(self) -> None:
        """What the printer said to whoever had it before is no answer to us."""
        import usb.core

        for _read in range(STALE_MOST if self.back is not None else 0):
            try:
                self.back.read(READ_SIZE, 1)
            except usb.core.USBTimeoutError:
                return

    def write(self, data: bytes) -> None:
        """All of `data`, or DeviceLost."""
        import usb.core

        left = memoryview(data)
        while left:
            try:
                left = left[self._open().out.write(bytes(left), max(1, round(self.timeout * 1000))) :]
            except usb.core.USBTimeoutError as error:
                raise DeviceLost(
                    self.device,
                    _("设备 {seconds:g} 秒不接收数据（{url}）").format(seconds=self.timeout, url=self.url),
                ) from error
            except OSError as error:
                raise DeviceLost(self.device, _why(error, self.url)) from error

    def read(self, timeout: float) -> bytes:
        """What has come, waiting at most `timeout` seconds."""
        import usb.core

        wire = self._open()
        if wire.back is None:
            return b""
        try:
            # libusb takes 0 for "for ever"
            return bytes(wire.back.read(READ_SIZE, max(1, round(timeout * 1000))))
        except usb.core.USBTimeoutError:
            return b""
        except OSError as error:
            raise DeviceLost(self.device, _why(error, self.url)) from error

    def close(self) -> None:
        """Give the printer back; closing twice is fine."""
        import usb.util

        taken, self.usb = self.usb, None
        if taken is not None:
            usb.util.dispose_resources(taken)

    def _open(self) -> Self:
        if self.usb is None:
            raise DeviceLost(self.device, _("连接已经关闭（{url}）").format(url=self.url))
        return self


BACKEND: Any = None  # pyusb's choice: libusb 1.0


def _why(error: OSError, url: str) -> Words:
    model = url.partition(":")[2].partition("?")[0]
    match error.errno:
        case errno.EACCES | errno.EPERM:
            rule = 'SUBSYSTEM=="usb", ATTR{idVendor}=="%s", ATTR{idProduct}=="%s", GROUP="lp", MODE="0660"'
            return _("没有权限打开 USB 设备 {model}：写一条 udev 规则 {rule}").format(
                model=model, rule=rule % tuple(model.lower().split(":"))
            )
        case errno.EBUSY:
            return _("USB 设备 {model} 正被别的程序占用（常见的是 CUPS：systemctl stop cups）").format(
                model=model
            )
        case errno.ENODEV | errno.ENOENT:
            return _("没有 USB 设备 {model}：没插上、没开机，或序列号不对（lsusb -v 会列出来）").format(
                model=model
            )
        case errno.ENXIO:
            return _("USB 设备 {model} 没有打印机用的批量端点").format(model=model)
    return _("USB 设备 {model}：{why}").format(model=model, why=error.strerror or error)


def _serial(printer: Any) -> str:
    """Its serial number, for which it must be opened."""
    try:
        return str(printer.serial_number)
    except ValueError as error:  # pyusb's word for a device that it may not open
        raise OSError(errno.EACCES, str(error)) from None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _hex(file: Path) -> int:
    try:
        return int(_text(file), 16)
    except ValueError:
        return -1
