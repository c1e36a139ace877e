"""Each wire is one file descriptor that never blocks for longer than it was told to.

pyserial opens, locks and sets a serial line, the socket module a TCP connection; reading and writing are
the same for all, so that a dead far end looks the same to every driver.
"""

from __future__ import annotations

import errno
import grp
import os
import select
import socket
import stat
import termios
import time
from contextlib import suppress
from pathlib import Path

import serial

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.words import Words, _, of

READ_SIZE = 4096
STALE_MOST = 16  # reads of old answers; what still talks then is not listening to us anyway
PTY_MAJORS = range(136, 144)  # Documentation/admin-guide/devices.txt: Unix98 PTY slaves
EMPTY_PAUSE = 0.05  # a file at its end is always "readable": do not spin on it
KEEPALIVE = {socket.TCP_KEEPIDLE: 10, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}


class Wire(Closing):
    """What all wires share. Subclasses open `self.fd` (non-blocking) in their constructor."""

    fd: int
    readable = True
    empty_is_end = True  # an empty read means that the far end has gone

    def __init__(self, url: str, device: str, timeout: float) -> None:
        self.url = url
        self.device = device
        self.timeout = timeout

    def write(self, data: bytes) -> None:
        """All of `data`, or DeviceLost; a far end that takes nothing for `timeout` seconds is lost."""
        left = memoryview(data)
        while left:
            try:
                done = os.write(self._open_fd(), left)
            except BlockingIOError:
                done = 0
            except OSError as error:
                raise self.lost(error) from error
            left = left[done:]
            if left and not done and not self._wait(select.POLLOUT, self.timeout):
                raise DeviceLost(
                    self.device,
                    _("设备 {seconds:g} 秒不接收数据（{url}）").format(seconds=self.timeout, url=self.url),
                )

    def read(self, timeout: float) -> bytes:
        """What has come, waiting at most `timeout` seconds for its first byte."""
        if not self._wait(select.POLLIN if self.readable else 0, timeout):
            return b""
        if not self.readable:
            raise DeviceLost(self.device, _("设备断开（{url}）").format(url=self.url))
        try:
            data = os.read(self._open_fd(), READ_SIZE)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise self.lost(error) from error
        if not data:
            if self.empty_is_end:
                raise DeviceLost(self.device, _("对方关闭了连接（{url}）").format(url=self.url))
            time.sleep(min(timeout, EMPTY_PAUSE))
        return data

    def close(self) -> None:
        """Let go of the wire; closing twice is fine."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            os.close(fd)

    def lost(self, error: OSError) -> DeviceLost:
        """The error as a sentence that says what to do."""
        return DeviceLost(self.device, why_of(error, self.url))

    def _open_fd(self) -> int:
        if self.fd < 0:
            raise DeviceLost(self.device, _("连接已经关闭（{url}）").format(url=self.url))
        return self.fd

    def _wait(self, event: int, timeout: float) -> bool:
        poll = select.poll()
        poll.register(self._open_fd(), event)
        return bool(poll.poll(max(0, round(timeout * 1000))))


class SerialWire(Wire):
    """A serial line through pyserial, held exclusively."""

    def __init__(self, url: str, device: str, timeout: float, path: str, line: dict[str, str]) -> None:
        super().__init__(url, device, timeout)
        self.fd = -1
        try:
            # A pty has no line: it refuses parity and 7 bits with EINVAL, so it always gets 8N1.
            on_pty = os.major(Path(path).stat().st_rdev) in PTY_MAJORS
            self.port = serial.Serial(
                path,
                int(line["baud"]),
                8 if on_pty else int(line["bits"]),
                "N" if on_pty else line["parity"],
                1 if on_pty else float(line["stop"]),
                timeout=0,
                xonxoff=line["flow"] == "soft",
                rtscts=line["flow"] == "hard" and not on_pty,
                exclusive=True,
            )
        except OSError as error:  # SerialException is one
            raise self.lost(error) from error
        except (termios.error, ValueError) as error:
            raise DeviceLost(
                device, _("{path} 不接受这样的串口参数（{url}）：{why}").format(path=path, url=url, why=error)
            ) from error
        self.fd = self.port.fileno()
        os.set_blocking(self.fd, False)

    def close(self) -> None:
        self.fd = -1
        self.port.close()


class TcpWire(Wire):
    """A TCP connection: no Nagle delay, and a dead far end is noticed within half a minute."""

    def __init__(self, url: str, device: str, timeout: float, host: str, port: int) -> None:
        super().__init__(url, device, timeout)
        self.fd = -1
        try:
            self.socket = socket.create_connection((host, port), timeout)
        except OSError as error:
            raise self.lost(error) from error
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE.items():
            self.socket.setsockopt(socket.IPPROTO_TCP, option, value)
        self.socket.setblocking(False)
        self.fd = self.socket.fileno()

    def close(self) -> None:
        self.fd = -1
        self.socket.close()


class FileWire(Wire):
    """A device file such as /dev/usb/lp0, a FIFO, or a plain file that collects what is written.

    It is never created: a printer that is not plugged in must not become a file in /dev.
    """

    empty_is_end = False

    def __init__(self, url: str, device: str, timeout: float, path: str, one_way: bool = False) -> None:
        super().__init__(url, device, timeout)
        self.fd = -1
        try:
            mode = Path(path).stat().st_mode
            plain = stat.S_ISREG(mode)
            self.readable = not (plain or one_way) and os.access(path, os.R_OK)
            access = os.O_RDWR if self.readable else os.O_WRONLY
            self.fd = os.open(path, access | os.O_APPEND | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise self.lost(error) from error
        if self.readable and stat.S_ISCHR(mode):
            self._forget()

    def _forget(self) -> None:
        """What a device said to whoever had it before is no answer to us."""
        with suppress(
            OSError
        ):  # EAGAIN: nothing there; what is really wrong, the first read or write will tell
            for _read in range(STALE_MOST):
                if not os.read(self.fd, READ_SIZE):
                    return


class SimWire(Wire):
    """A socket pair with a simulator of this process at its far end; the same URL is the same device."""

    def __init__(self, url: str, device: str, timeout: float) -> None:
        super().__init__(url, device, timeout)
        from drivers.sim.host import behind

        self.fd = -1
        try:
            near = behind(url, device).connect()
        except OSError as error:
            raise self.lost(error) from error
        near.setblocking(False)
        self.fd = near.detach()


def why_of(error: OSError, url: str) -> Words:
    """What the operating system said, in words for the person who stands before the device."""
    path = url.partition(":")[2].partition("?")[0]
    match error.errno:
        case errno.EACCES | errno.EPERM:
            return _("没有权限打开 {path}：请把运行本程序的用户加入 {group} 组").format(
                path=path, group=_group(path)
            )
        case errno.EBUSY | errno.EAGAIN:
            return _("{path} 正被别的程序占用").format(path=path)
        case errno.ENXIO if Path(path).is_fifo():
            return _("没有程序在读 {path}").format(path=path)
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return _("没有 {path}：设备没插上，或路径写错了").format(path=path)
        case errno.ECONNREFUSED:
            return _("{path} 拒绝连接：设备开着，但没有在这个端口等候").format(path=path)
        case errno.EHOSTUNREACH | errno.ENETUNREACH | errno.EHOSTDOWN:
            return _("到 {path} 的网络不通：请检查网线和地址").format(path=path)
        case errno.EIO:
            return _("{path} 已断开：插头松了，或设备断电").format(path=path)
        case errno.EPIPE | errno.ECONNRESET:
            return _("{path} 断开了连接").format(path=path)
    if isinstance(error, TimeoutError):
        return _("{path} 没有应答：设备没开，或地址不对").format(path=path)
    if isinstance(error, socket.gaierror):
        return _("找不到主机 {path}：名字写错了，或没有域名服务").format(path=path)
    return _("{what}：{why}").format(what=path, why=of(error))


def _group(path: str) -> str:
    try:
        return grp.getgrgid(Path(path).stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"
