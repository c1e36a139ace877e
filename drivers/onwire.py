"""What has a wire to itself opens it on entering, says hello there, and lets go on leaving, whatever happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self
from urllib.parse import parse_qsl, urlencode

from drivers.closing import Closing
from drivers.errors import DeviceError, DeviceLost
from drivers.transport import Transport, open_url
from drivers.words import Words, _


class OnWire(Closing):
    """One device, or one line of many, at `url`. `line`: the serial settings that its maker prescribes."""

    what: ClassVar[Words]  # as people call it
    line: ClassVar[str] = ""

    def __init__(self, name: str, url: str, open_wire: Callable[[str, str], Transport] = open_url) -> None:
        self.name = name
        self.url = url
        self.open_wire = open_wire
        self.wire: Transport | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.url!r})"

    def __enter__(self) -> Self:
        self.wire = self.open_wire(with_line(self.url, self.line), self.name)
        try:
            self.hello()
        except DeviceError:
            self.close()
            raise
        return self

    def hello(self) -> None:
        """What is forgotten, asked or said first on a new wire."""

    def close(self) -> None:
        """Let go of the wire; closing twice is fine."""
        wire, self.wire = self.wire, None
        if wire is not None:
            wire.close()

    def opened(self) -> Transport:
        """The wire; DeviceLost when it is not open."""
        if self.wire is None:
            raise DeviceLost(self.name, _("{what}还没有连接").format(what=self.what))
        return self.wire


def with_line(url: str, line: str) -> str:
    """The URL with `line` where it says nothing else; only a serial line has settings."""
    if not line or not url.startswith("serial:"):
        return url
    path, _, query = url.partition("?")
    return f"{path}?{urlencode(dict(parse_qsl(line)) | dict(parse_qsl(query)))}"
