"""A sign shows lines of text; what it cannot show it names, and it shows nothing until it says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Protocol, Self


class Sign(Protocol):
    """Any sign. Entering opens its wire and raises DeviceLost when nothing answers there.

    `skipped` counts what came over the wire and made no sense: stray bytes, frames with a wrong checksum. `wanted` is
    asked before something is sent once more, for want of an answer: newer lines may be waiting.
    """

    name: str
    width: int
    height: int
    skipped: int
    wanted: Callable[[], bool]

    def show(self, lines: Sequence[str]) -> str:
        """Show these lines, top to bottom, instead of everything that is shown now.

        Returns the characters that could not be shown. ValueError for more lines than the sign has;
        DeviceError when it refuses, DeviceLost when it does not answer.
        """

    def clear(self) -> None:
        """Show nothing."""

    def ping(self) -> None:
        """Ask whether the sign is there, as far as its protocol can tell; DeviceLost when it is not."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...
