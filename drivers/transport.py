"""A transport is a byte pipe opened by URL; it knows nothing of what the bytes mean.

    serial:/dev/ttyUSB0?baud=9600&bits=8&parity=N&stop=1    pyserial (ptys too)
    tcp:192.168.1.31:5005                                   a device with a network port
    file:/dev/usb/lp0                                       write, and read where the file can
    sim:printer?out=/tmp/paper                              a simulator of drivers/sim at the far end

`read` returns what has arrived, waiting at most `timeout` seconds for the first byte; b"" means nothing
came. Both calls raise `DeviceLost` when the wire is gone.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self


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
