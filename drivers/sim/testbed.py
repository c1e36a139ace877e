"""One umockdev testbed per process carries every evdev device that this process simulates.

The kernel's evdev interface as other processes see it: device nodes with live events and the ioctls that
python-evdev and libmtdev ask, through Debian's libumockdev0. A reader runs with `env()`; it needs no
/dev/uinput and no privilege. Behind each node stands a pty: one reader at a time, unlike real evdev.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import select
import struct
import tempfile
import threading
import time
import tty
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

LIBRARY = "libumockdev.so.0"
PRELOAD = "libumockdev-preload.so.0"

EVENT = struct.Struct("@llHHi")  # struct input_event: seconds, microseconds, type, code, value
EV_SYN, EV_KEY, EV_ABS, EV_MSC, EV_SW, EV_REP = 0, 1, 3, 4, 5, 20
BUS_USB = 3
VERSION = 0x010001
INPUT_MAJOR, FIRST_MINOR = 13, 64  # Documentation/admin-guide/devices.txt
TEXT_SIZE = 256

# umockdev answers an EVIOCGBIT only for the very size that is asked: python-evdev asks 4 and 96, libmtdev 8.
TYPE_SIZES = (4, 8)
CODE_SIZES = (8, 96)


@dataclass(frozen=True)
class Description:
    """What an input device says of itself. `codes` by event type; `axes` is code to its maximum."""

    name: str
    phys: str
    vendor: int
    product: int
    codes: Mapping[int, Iterable[int]]
    axes: Mapping[int, int]
    properties: Iterable[int] = ()
    udev: str = "ID_INPUT_KEYBOARD"


class GError(ctypes.Structure):
    _fields_ = [
        ("domain", ctypes.c_uint32),
        ("code", ctypes.c_int),
        ("message", ctypes.c_char_p),
    ]


class Node:
    """One device node: a pty of ours where umockdev's was, because that one can never be unplugged."""

    def __init__(self, path: str, link: Path) -> None:
        self.path = path
        self.link = link
        self.fd = -1
        self.plug()

    def plug(self) -> None:
        """Put the device in; an empty node, as after a fresh plug."""
        if self.fd >= 0:
            return
        self.fd, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self.fd, False)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(slave))
        os.close(slave)  # from here only a reader holds it, so that we can see whether there is one

    def unplug(self) -> None:
        """Pull the device out: its reader is hung up on and the node is gone."""
        if self.fd >= 0:
            self.link.unlink(missing_ok=True)
            os.close(self.fd)
            self.fd = -1

    def is_read(self) -> bool:
        """Whether a process has the node open."""
        if self.fd < 0:
            return False
        poll = select.poll()
        poll.register(self.fd, 0)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    def send(self, *events: tuple[int, int, int]) -> None:
        """One report. Lost when nobody reads, or reads too slowly: evdev keeps nothing either."""
        if self.is_read():
            with contextlib.suppress(OSError):
                os.write(self.fd, report(*events))


class Testbed:
    """A private /dev/input and /sys. Raises OSError when libumockdev is not installed."""

    def __init__(self) -> None:
        self.library = _load()
        self.handle = self.library.umockdev_testbed_new()
        self.root = Path(os.fsdecode(self.library.umockdev_testbed_get_root_dir(self.handle)))
        self.numbers = iter(range(5, 100))
        atexit.register(self.close)

    def env(self) -> dict[str, str]:
        """What a process needs in its environment to see these devices."""
        return {"LD_PRELOAD": PRELOAD, "UMOCKDEV_DIR": str(self.root)}

    def add(self, what: Description) -> Node:
        """A new device, plugged in."""
        number = next(self.numbers)
        node = f"/dev/input/event{number}"
        error = ctypes.POINTER(GError)()
        text = _sysfs(what, number, node).encode()
        if not self.library.umockdev_testbed_add_from_string(self.handle, text, ctypes.byref(error)):
            raise OSError(f"umockdev: {_message(error)}")
        with tempfile.NamedTemporaryFile("w", suffix=".ioctl") as answers:
            answers.write(_ioctls(what, node))
            answers.flush()
            done = self.library.umockdev_testbed_load_ioctl(
                self.handle, None, os.fsencode(answers.name), ctypes.byref(error)
            )
        if not done:
            raise OSError(f"umockdev: {_message(error)}")
        return Node(node, self.root / node[1:])

    def close(self) -> None:
        """Take all devices away and remove the private tree."""
        handle, self.handle = self.handle, None
        if handle:
            self.library.g_object_unref(handle)


_shared: Testbed | None = None
_lock = threading.Lock()


def shared() -> Testbed:
    """The testbed of this process, made when first asked for."""
    global _shared
    with _lock:
        if _shared is None:
            _shared = Testbed()
        return _shared


def report(*events: tuple[int, int, int]) -> bytes:
    """Events (type, code, value) as one report, closed by SYN_REPORT."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    micro = nanoseconds // 1000
    return b"".join(EVENT.pack(seconds, micro, *event) for event in (*events, (EV_SYN, 0, 0)))


def _load() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise OSError(f"{error}; on Debian: apt-get install umockdev") from error
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    failure = ctypes.POINTER(ctypes.POINTER(GError))
    library.umockdev_testbed_new.restype = pointer
    library.umockdev_testbed_get_root_dir.argtypes = [pointer]
    library.umockdev_testbed_get_root_dir.restype = text
    library.umockdev_testbed_add_from_string.argtypes = [pointer, text, failure]
    library.umockdev_testbed_load_ioctl.argtypes = [pointer, text, text, failure]
    library.umockdev_testbed_get_dev_fd.argtypes = [pointer, text]
    library.g_object_unref.argtypes = [pointer]
    library.g_object_unref.restype = None
    return library


def _message(error: ctypes._Pointer[GError]) -> str:
    return os.fsdecode(error.contents.message) if error else "no reason given"


def _sysfs(what: Description, number: int, node: str) -> str:
    parent = f"/devices/pci0000:00/0000:00:14.0/usb1/1-{number}/1-{number}:1.0/input/input{number}"
    minor = FIRST_MINOR + number
    return f"""P: {parent}/event{number}
N: input/event{number}
E: DEVNAME={node}
E: SUBSYSTEM=input
E: MAJOR={INPUT_MAJOR}
E: MINOR={minor}
E: ID_INPUT=1
E: {what.udev}=1
A: dev={INPUT_MAJOR}:{minor}\\n

P: {parent}
E: SUBSYSTEM=input
E: PRODUCT={BUS_USB:x}/{what.vendor:x}/{what.product:x}/110
E: NAME="{what.name}"
E: PHYS="{what.phys}"
A: name={what.name}\\n
A: phys={what.phys}\\n
"""


def _ioctls(what: Description, node: str) -> str:
    lines = [
        f"@DEV {node}",
        f"EVIOCGVERSION 0 {struct.pack('<I', VERSION).hex()}",
        f"EVIOCGID 0 {struct.pack('<4H', BUS_USB, what.vendor, what.product, 0x110).hex()}",
        _text("EVIOCGNAME", what.name),
        _text("EVIOCGPHYS", what.phys),
        _text("EVIOCGUNIQ", ""),
        "EVIOCGEFFECTS 0 00000000",
        f"EVIOCGPROP 4 {_bits(what.properties, 4)}",
    ]
    lines += [f"EVIOCGBIT(0) {size} {_bits([EV_SYN, *what.codes], size)}" for size in TYPE_SIZES]
    for kind, codes in what.codes.items():
        for size in CODE_SIZES:
            within = [code for code in codes if code < size * 8]
            lines.append(f"EVIOCGBIT({kind}) {size} {_bits(within, size)}")
    lines += [f"EVIOCGSW {size} {_bits((), size)}" for size in TYPE_SIZES if EV_SW in what.codes]  # all off
    for axis, most in what.axes.items():
        lines.append(f"EVIOCGABS({axis}) 0 {struct.pack('<6i', 0, 0, most, 0, 0, 0).hex()}")
    return "".join(line.upper() if line[0] != "@" else line for line in (f"{line}\n" for line in lines))


def _text(ioctl: str, text: str) -> str:
    raw = text.encode() + b"\0"
    return f"{ioctl} {len(raw)} {raw.ljust(TEXT_SIZE, bytes(1)).hex()}"


def _bits(codes: Iterable[int], size: int) -> str:
    field = bytearray(size)
    for code in codes:
        field[code // 8] |= 1 << code % 8
    return field.hex()
