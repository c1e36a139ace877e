"""Whatever reads at a kiosk is opened by the words of hall.toml and watched in one way: a card or a code, told once.

    with watch("reader-1", lambda: open_reader("scanner", "reader-1", url), inbox.put, on_health):
        …                                    # Person, Again or Scan, as they come

The watch opens its reader, and opens it again after it was pulled out; nothing that was read is kept here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from drivers.errors import DeviceLost
from drivers.reader.idcard import Again, IdCardReader
from drivers.reader.person import SHORTEST_KEY, Person
from drivers.reader.scanner import Scan, SerialScanner, WedgeScanner
from drivers.words import _
from drivers.worker import Worker

Read = Person | Again | Scan
KINDS = ("idcard", "scanner", "wedge")
LISTEN = 0.1  # seconds: so soon a watch that is to end ends
HELD = 2.0  # seconds out of sight after which the same card or code has been held out anew


class Reader(Protocol):
    """A context manager: entering opens the wire or raises DeviceLost. One watch owns it."""

    def reads(self, timeout: float) -> Sequence[Read]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_reader(
    kind: str, name: str, url: str, *, key_file: str = "", today: Callable[[], date] | None = None
) -> Reader:
    """A reader of this kind, not yet entered; `key_file` and `today` (the business day) are for ID cards only.

    ValueError for an unknown kind; DeviceLost when the hall's key cannot be read.
    """
    match kind:
        case "idcard":
            if today is None:
                raise ValueError(f"{name}: an ID card's age band needs the business day")
            return IdCardReader(name, url, key_of(name, Path(key_file)), today)
        case "scanner":
            return SerialScanner(name, url)
        case "wedge":
            return WedgeScanner(name, url)
    raise ValueError(f"no kind of reader called {kind!r}; there are {', '.join(KINDS)}")


def key_of(name: str, file: Path) -> bytes:
    """The hall's key for ID numbers. DeviceLost when it cannot be read, is too short, or anybody may read it."""
    try:
        key, mode = file.read_bytes(), file.stat().st_mode
    except FileNotFoundError as error:
        todo = _("head -c 32 /dev/urandom > {file}，再 chmod 600").format(file=file)
        raise DeviceLost(name, _("没有证件密钥 {file}：{todo}").format(file=file, todo=todo)) from error
    except OSError as error:
        raise DeviceLost(
            name, _("读不到证件密钥 {file}：{why}").format(file=file, why=error.strerror)
        ) from error
    if mode & 0o007:
        raise DeviceLost(name, _("谁都能读证件密钥 {file}：chmod o= {file}").format(file=file))
    if len(key) < SHORTEST_KEY:
        raise DeviceLost(
            name,
            _("证件密钥 {file} 太短：至少 {least} 字节").format(file=file, least=SHORTEST_KEY),
        )
    return key


@dataclass
class Once:
    """A code that stays under a scanner is read again and again; it was held out once."""

    last: str = ""
    seen: float = float("-inf")

    def is_new(self, read: Read, at: float) -> bool:
        """Whether this is news; what the visitor should do (Again) always is."""
        match read:
            case Again():
                return True
            case Person(card=said) | Scan(code=said):
                new = said != self.last or at - self.seen > HELD
        self.last, self.seen = said, at
        return new


def watch(
    name: str,
    open_device: Callable[[], Reader],
    on_read: Callable[[Read], None],
    on_health: Callable[[str, str, str], None],
    clock: Callable[[], float] = time.monotonic,
) -> Worker[Reader, None]:
    """The watch over one reader, to be entered; both callbacks run on its own thread, as Worker says."""
    once = Once()

    def listen(reader: Reader) -> None:
        for read in reader.reads(LISTEN):
            if once.is_new(read, clock()):
                on_read(read)

    return Worker(
        name, open_device, lambda _reader, _job: None, on_health=on_health, idle=listen, idle_every=0.0
    )
