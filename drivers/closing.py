"""What has to be let go of is let go of when its block ends, whatever happened in it."""

from __future__ import annotations

from types import TracebackType
from typing import Self


class Closing:
    """A context manager that leaves by `close`."""

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
