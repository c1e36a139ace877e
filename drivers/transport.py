"""A transport is a byte pipe opened by URL; it knows nothing of what the bytes mean.

    serial:/dev/ttyUSB0?baud=9600&bits=8&parity=N&stop=1    pyserial (ptys too)
    tcp:192.168.1.31:5005                                   a device with a network port
    file:/dev/usb/lp0                                       write, and read where the file can
    usb:04b8:0202?serial=J1A2B3                             a USB printer, whatever socket it hangs on
    sim:printer?out=/tmp/paper                              a simulator of drivers/sim at the far end

`read` returns what has arrived, waiting at most `timeout` seconds for the first byte; b"" means nothing
came. Both calls raise `DeviceLost` when the wire is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qsl

from drivers.words import _

SERIAL_OPTIONS = {"baud": "9600", "bits": "8", "parity": "N", "stop": "1", "flow": "none"}
BITS = ("5", "6", "7", "8")
PARITIES = ("N", "E", "O", "M", "S")
STOPS = ("1", "1.5", "2")
FLOWS = ("none", "hard", "soft")  # nothing, RTS/CTS, XON/XOFF: who may tell us to wait, and how
SCHEMES = ("serial", "tcp", "file", "usb", "sim")


class Transport(Protocol):
    """An open wire. Not thread-safe: one worker owns it."""

    url: str

    def write(self, data: bytes) -> None: ...

    def read(self, timeout: float) -> bytes: ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@dataclass(frozen=True)
class Address:
    """A URL taken apart. `where` is a path, a host or a kind of simulator; `port` only for tcp."""

    scheme: str
    where: str
    port: int = 0
    options: dict[str, str] = field(default_factory=dict)


def check_url(url: str) -> str | None:
    """What is wrong with this URL, as one sentence for the person who wrote hall.toml; None if nothing."""
    try:
        parse_url(url)
    except ValueError as problem:
        return str(problem)
    return None


def open_url(url: str, device: str, timeout: float = 3.0, *, one_way: bool = False) -> Transport:
    """Open the wire. `device` is the name in hall.toml that errors carry.

    `timeout` (seconds) bounds connecting, and later bounds each `write` that the far end does not take. `one_way`: a
    file is only written, for whatever gives back what it was given (a FIFO), or sends when it is read (SPI).
    Raises ValueError for a malformed URL and DeviceLost, with what to do about it, for everything else.
    """
    from drivers import usb, wires

    address = parse_url(url)
    match address.scheme:
        case "serial":
            return wires.SerialWire(url, device, timeout, address.where, address.options)
        case "tcp":
            return wires.TcpWire(url, device, timeout, address.where, address.port)
        case "file":
            return wires.FileWire(url, device, timeout, address.where, one_way)
        case "usb":
            return usb.open_usb(url, device, timeout, address.where, address.options.get("serial", ""))
        case _:
            return wires.SimWire(url, device, timeout)


def parse_url(url: str) -> Address:
    """Take a URL apart; ValueError says in one sentence what was expected."""
    from drivers import usb

    scheme, colon, rest = url.partition(":")
    if not colon or scheme not in SCHEMES:
        raise ValueError(
            _("“{url}”要以 {schemes} 之一开头").format(url=url, schemes=[s + ":" for s in SCHEMES])
        )
    where, _mark, query = rest.partition("?")
    options = _options(url, query)
    match scheme:
        case "serial":
            return Address(scheme, _path(url, where), options=_serial_options(url, options))
        case "tcp":
            _none_of(url, options)
            host, port = _host_port(url, where)
            return Address(scheme, host, port)
        case "file":
            _none_of(url, options)
            return Address(scheme, _path(url, where))
        case "usb":
            usb.check(url, where, options)
            return Address(scheme, where.lower(), options=options)
        case _:
            from drivers.sim import KINDS

            if where not in KINDS:
                raise ValueError(
                    _("“{url}”：没有叫“{where}”的模拟设备，有的是 {known}").format(
                        url=url, where=where, known=sorted(KINDS)
                    )
                )
            return Address(scheme, where, options=options)


def _options(url: str, query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise ValueError(_("“{url}”问号后面要写成 名=值&名=值").format(url=url)) from None
    if len(pairs) != len(dict(pairs)):
        raise ValueError(_("“{url}”里有一个选项写了两次").format(url=url))
    return dict(pairs)


def _none_of(url: str, options: dict[str, str]) -> None:
    if options:
        raise ValueError(_("“{url}”不接受选项 {options}").format(url=url, options=list(options)))


def _path(url: str, path: str) -> str:
    if not path.startswith("/"):
        raise ValueError(_("“{url}”冒号后面要写设备的完整路径，如 /dev/ttyUSB0").format(url=url))
    return path


def _host_port(url: str, where: str) -> tuple[str, int]:
    host, _colon, port = where.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise ValueError(_("“{url}”里的 IPv6 地址要放在方括号里，如 tcp:[fd00::31]:9100").format(url=url))
    if not host or any(c.isspace() or c == "/" for c in host):
        raise ValueError(_("“{url}”要写成 tcp:主机:端口，如 tcp:192.168.1.31:9100").format(url=url))
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(_("“{url}”的端口要是 1 到 65535 之间的数").format(url=url))
    return host, int(port)


def _serial_options(url: str, options: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(options) - set(SERIAL_OPTIONS))
    if unknown:
        raise ValueError(
            _("“{url}”不认识选项 {unknown}，串口只有 {known}").format(
                url=url, unknown=unknown, known=list(SERIAL_OPTIONS)
            )
        )
    line = SERIAL_OPTIONS | options
    line["parity"] = line["parity"].upper()
    if not (line["baud"].isascii() and line["baud"].isdigit() and 50 <= int(line["baud"]) <= 4_000_000):
        raise ValueError(_("“{url}”的 baud 要是波特率，如 9600").format(url=url))
    for name, allowed in (("bits", BITS), ("parity", PARITIES), ("stop", STOPS), ("flow", FLOWS)):
        if line[name] not in allowed:
            raise ValueError(
                _("“{url}”的 {name} 只能是 {allowed}").format(url=url, name=name, allowed=allowed)
            )
    return line
