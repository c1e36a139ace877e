"""Why a wire does not open, as the operating system knows it: who may, who has it, what else is there."""

from __future__ import annotations

import errno
import grp
import os
import pwd
import ssl
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from drivers import usb
from drivers.errors import DeviceError
from drivers.words import NOTHING, Words, _

PROC = Path("/proc")
LIKE = {"serial": ("serial/by-id/*", "ttyUSB*", "ttyACM*"), "evdev": ("input/by-path/*-event-kbd",)}
LIKE |= {"file": ("usb/lp*",), "usb": ("usb/lp*",), "alsa": ("snd/pcm*p",)}
NETWORK = (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN)


def errno_of(error: BaseException | None) -> int:
    """The operating system's number for what went wrong, 0 if it was not asked."""
    while error is not None:
        if isinstance(error, OSError) and error.errno:
            return error.errno
        error = error.__cause__
    return 0


def todo(error: DeviceError, url: str, dev: Path = Path("/dev"), proc: Path = PROC) -> Words:
    """What a person can do about a wire that did not open; nothing when the error alone says it."""
    scheme, _colon, rest = url.partition(":")
    path = Path(rest.partition("?")[0])
    if scheme == "usb" and errno_of(error) == errno.EBUSY:
        return busy(usb.nodes(url), proc)
    if scheme == "usb":
        return NOTHING if errno_of(error) == errno.EACCES else elsewhere(scheme, dev)
    if scheme in ("http", "https"):  # of a socket's numbers only those of the resolver help here
        return certificate(error)
    match errno_of(error):
        case number if number < 0:  # the resolver's own numbers
            return _("核对 url 里的名字；设备最好用固定的数字地址，不靠域名服务")
        case errno.EACCES | errno.EPERM:
            return permission(path)
        case errno.EBUSY | errno.EAGAIN:
            return busy([path], proc)
        case errno.ENXIO if path.is_fifo():
            return _("先启动读这个 FIFO 的程序，再开大厅")
        case errno.ENOENT | errno.ENODEV | errno.ENXIO:
            return elsewhere(scheme, dev)
        case errno.ECONNREFUSED:
            return _(
                "核对 hall.toml 里的端口；设备一次常只收一个连接，大厅正在运行就先停：systemctl stop hall.target"
            )
        case number if number in NETWORK or (number == 0 and _timed_out(error)):
            host = rest.rpartition(":")[0]
            return _("看设备的电源和网口的灯，再核对地址：ping {host}").format(host=host)
        case errno.ETIMEDOUT:
            return _("看设备的电源和网口的灯，再核对地址")
    return NOTHING


def certificate(error: BaseException | None) -> Words:
    """What to look at when a server does not prove who it is; nothing for whatever else is wrong."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return _(
                "证书不对：核对网址里的名字和这台机器的钟；"
                "单位自己发的证书放进 /usr/local/share/ca-certificates，再 update-ca-certificates"
            )
        error = error.__cause__
    return NOTHING


def permission(path: Path) -> Words:
    """Which group opens it, and how to be in it."""
    try:
        found = path.stat()
    except OSError as error:
        return _("连看一眼 {path} 都不许：{why}").format(path=path, why=error.strerror)
    group, user = group_of(path), user_name()
    if not found.st_mode & (stat.S_IRGRP | stat.S_IWGRP):
        return _(
            "{path} 的 {group} 组也不能读写：用 udev 规则给它 MODE=0660（systemd/70-hall.rules 有例子）"
        ).format(path=path, group=group)
    return _("{user} 不在 {group} 组：sudo usermod -aG {group} {user}，然后重新登录").format(
        user=user, group=group
    )


def group_of(path: Path) -> str:
    gid = path.stat().st_gid
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def user_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def busy(nodes: Iterable[Path], proc: Path = PROC) -> Words:
    """Which process holds one of these."""
    found = sorted({holder for node in nodes for holder in holders(node, proc)})
    if not found:
        return _("看不到占用它的程序（别的用户的）：用 sudo 再查一次就知道是哪个")
    told = [_("{command}（进程 {pid}）").format(command=command, pid=pid) for pid, command in found]
    ours = any(part in command for _pid, command in found for part in ("-m display", "-m caller", "-m kiosk"))
    end = _("大厅正在用它：要单独检查就先 systemctl stop hall.target") if ours else _("先停掉它")
    return _("占用它的是 {told}。{end}").format(told=told, end=end)


def holders(path: Path, proc: Path = PROC) -> Iterator[tuple[int, str]]:
    """Processes that have the file open, and their command lines; only those that we may look into."""
    target = os.path.realpath(path)
    for folder in proc.glob("[0-9]*"):
        if int(folder.name) == os.getpid():
            continue
        try:
            opened = {os.path.realpath(fd) for fd in (folder / "fd").iterdir()}
            if target in opened:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                yield int(folder.name), b" ".join(words).decode(errors="replace").strip()[:80]
        except OSError:
            continue  # it ended while we looked, or is not ours to look into


def elsewhere(scheme: str, dev: Path) -> Words:
    """What there is instead of the path that is not there."""
    there = [str(path) for pattern in LIKE.get(scheme, ()) for path in sorted(dev.glob(pattern))]
    if there:
        return _("现在插着的是 {there}：改 hall.toml，或写一条 udev 规则").format(there=there[:6])
    return _("这台机器上现在没有这类设备：看插头、看电源，再看 dmesg 最后几行") if scheme in LIKE else NOTHING


def _timed_out(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__
    return False
