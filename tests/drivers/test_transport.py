"""Every wire behaves alike: bytes come through, silence is b"", and a lost wire says what to do."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from drivers import usb
from drivers.errors import DeviceLost
from drivers.sim import host
from drivers.transport import SCHEMES, Transport, check_url, open_url
from tests.drivers.echo import Echo
from tests.drivers.vendorpipe import Plugged


def hear(wire: Transport, count: int, seconds: float = 5.0) -> bytes:
    heard = b""
    deadline = time.monotonic() + seconds
    while len(heard) < count and time.monotonic() < deadline:
        heard += wire.read(0.2)
    return heard


class Far(Protocol):
    """A device at the far end of a wire: where it is, and what happens to it."""

    @property
    def url(self) -> str: ...

    def do(self, action: str, **args: Any) -> Any: ...


@dataclass
class DeviceFile:
    """A far end that is reached through its device file."""

    served: host.Served

    @property
    def url(self) -> str:
        return f"file:{self.served.path}"

    def do(self, action: str, **args: Any) -> Any:
        return self.served.do(action, **args)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture(params=SCHEMES)
def served(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, echo: Echo) -> Iterator[Far]:
    match request.param:
        case "tcp":
            with host.serve_tcp(echo) as served:
                yield served
        case "serial":
            with host.serve_pty(echo) as served:
                yield served
        case "file":
            with host.serve_pty(echo) as served:
                yield DeviceFile(served)
        case "usb":
            plugged = Plugged(echo)
            monkeypatch.setattr(usb, "BACKEND", plugged.bus)
            monkeypatch.setattr(usb, "SYS", Path("/no-usblp-here"))
            yield plugged
        case _:
            with host.serve_pair(echo, "sim:pad?name=echo") as served:
                monkeypatch.setitem(host._behind, served.url, served)
                yield served


def test_bytes_go_both_ways_and_silence_is_empty(served: Far) -> None:
    with open_url(served.url, "echo") as wire:
        wire.write(b"abc\x00\xff\r\n\x11\x13\x03")
        assert hear(wire, 10) == b"ABC\x00\xff\r\n\x11\x13\x03"
        assert wire.read(0) == b""
        served.do("speak", text="by myself")
        assert hear(wire, 9) == b"by myself"


def test_a_second_connection_finds_the_same_device(served: Far, echo: Echo) -> None:
    for _ in range(3):
        with open_url(served.url, "echo") as wire:
            wire.write(b"a")
            assert hear(wire, 1) == b"A"
    assert echo.heard == b"aaa"


def test_what_is_said_while_nobody_listens_is_lost(served: Far) -> None:
    served.do("speak", text="is anybody there?")
    with open_url(served.url, "echo") as wire:
        wire.write(b"a")
        assert hear(wire, 1) == b"A"


def test_a_pulled_plug_is_lost_and_comes_back_at_the_same_url(served: Far) -> None:
    wire = open_url(served.url, "echo")
    wire.write(b"a")
    assert hear(wire, 1) == b"A"
    served.do("unplug")
    with pytest.raises(DeviceLost, match="echo: ") as lost:
        hear(wire, 1, 0.5)  # a device file may have no way to say that nobody is there
        for _ in range(100):
            wire.write(b"x" * 1000)
    assert lost.value.device == "echo"
    wire.close()
    wire.close()
    with pytest.raises(DeviceLost):
        open_url(served.url, "echo", timeout=0.5)
    served.do("plug")
    with open_url(served.url, "echo") as wire:
        wire.write(b"b")
        assert hear(wire, 1) == b"B"


def test_a_far_end_that_takes_nothing_is_lost_in_bounded_time(served: Far) -> None:
    served.do("fill")
    with open_url(served.url, "echo", timeout=0.3) as wire:
        with pytest.raises(DeviceLost, match="不接收数据"):
            for _ in range(10_000):
                wire.write(b"x" * 4096)
        served.do("drain")


def test_a_closed_wire_says_so(served: Far) -> None:
    wire = open_url(served.url, "echo")
    wire.close()
    with pytest.raises(DeviceLost, match="已经关闭"):
        wire.write(b"a")
    with pytest.raises(DeviceLost, match="已经关闭"):
        wire.read(0)


def test_two_hundred_replugs_with_garbage_between_leak_nothing(served: Far, echo: Echo) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for turn in range(200):
        with open_url(served.url, "pad-1") as wire:
            wire.write(b"%03dk" % turn)
            assert hear(wire, 4) == b"%03dK" % turn
            served.do("unplug")
        served.do("speak", text="\x00garbage")
        served.do("plug")
        served.do("speak", text="more of it")  # and nobody listens
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert echo.heard == b"".join(b"%03dk" % turn for turn in range(200)), "each once, in order"


def test_a_serial_port_has_one_owner_and_any_line_setting() -> None:
    with host.serve_pty(Echo()) as served, open_url(served.url + "?baud=1200&bits=7&parity=E", "tap") as wire:
        wire.write(b"a")
        assert hear(wire, 1) == b"A"
        with pytest.raises(DeviceLost, match="占用"):
            open_url(served.url, "tap")


def test_what_is_missing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="没有 /dev/ttyNONE9：设备没插上"):
        open_url("serial:/dev/ttyNONE9", "pad-1")
    with pytest.raises(DeviceLost, match=r"没有 .*lp0"):
        open_url(f"file:{tmp_path}/lp0", "printer-1")
    assert not (tmp_path / "lp0").exists()
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    with pytest.raises(DeviceLost, match="拒绝连接"):
        open_url(f"tcp:127.0.0.1:{port}", "sign-1")
    with pytest.raises(DeviceLost, match=r"串口参数|Could not configure"):
        open_url("serial:/dev/null", "pad-1")


def test_a_forbidden_device_names_the_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(DeviceLost, match=f"没有权限打开 {device}：.*加入 .+ 组"):
        open_url(f"file:{device}", "printer-1")


def test_a_plain_file_collects_and_a_fifo_is_read(tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.write_bytes(b"before ")
    with open_url(f"file:{paper}", "printer-1") as wire:
        wire.write(b"after")
        assert wire.read(0.01) == b""
    assert paper.read_bytes() == b"before after"
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with open_url(f"file:{fifo}", "reader-1") as wire:
        assert wire.read(0.01) == b""
        wire.write(b"id")
        assert wire.read(1) == b"id"


@pytest.mark.parametrize(
    "url",
    [
        "serial:/dev/ttyUSB0",
        "serial:/dev/ttyUSB0?baud=1200&bits=7&parity=e&stop=2",
        "tcp:192.168.1.31:5005",
        "tcp:[fd00::31]:9100",
        "tcp:printer.hall.lan:9100",
        "file:/dev/usb/lp0",
        "sim:printer?out=/tmp/paper",
    ],
)
def test_good_urls(url: str) -> None:
    assert check_url(url) is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "开头"),
        ("/dev/ttyUSB0", "开头"),
        ("hid:04b8:0202", "开头"),
        ("serial:ttyUSB0", "完整路径"),
        ("serial:/dev/ttyUSB0?baud=fast", "baud"),
        ("serial:/dev/ttyUSB0?baud=９６００", "baud"),
        ("serial:/dev/ttyUSB0?bits=9", "bits"),
        ("serial:/dev/ttyUSB0?parity=X", "parity"),
        ("serial:/dev/ttyUSB0?stop=3", "stop"),
        ("serial:/dev/ttyUSB0?flow=xon", "flow"),
        ("serial:/dev/ttyUSB0?speed=9600", "不认识选项 speed"),
        ("serial:/dev/ttyUSB0?baud=1&baud=2", "两次"),
        ("serial:/dev/ttyUSB0?baud", "名=值"),
        ("tcp:192.168.1.31", "tcp:主机:端口"),
        ("tcp::9100", "tcp:主机:端口"),
        ("tcp:printer 1:9100", "tcp:主机:端口"),
        ("tcp:fd00::31:9100", "方括号"),
        ("tcp:h:0", "端口"),
        ("tcp:h:65536", "端口"),
        ("tcp:h:²", "端口"),
        ("tcp:h:1?x=1", "不接受选项 x"),
        ("file:lp0", "完整路径"),
        ("sim:teapot", "没有叫“teapot”的模拟设备"),
    ],
)
def test_bad_urls_say_what_was_expected(url: str, says: str) -> None:
    problem = check_url(url)
    assert problem is not None
    assert says in problem
    with pytest.raises(ValueError, match="“"):
        open_url(url, "x")
