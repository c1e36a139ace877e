"""What a process asked of its disk, as strace saw it, and what a disk may have kept of it when the power went.

Until a file is synced, each write to it may be there, not there, or there in some of its sectors, in any order; what
was synced is there. (Whole pages are written, so that an order only matters between writes of one place.)
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECTOR = 512
CALLS = "pwrite64,write,ftruncate,fdatasync,fsync,unlink"
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((\d+)<([^>]*)>(?:, (.*))?\) += (-?\d+)")
_UNLINK = re.compile(r'^(?:\d+ +)?unlink\("([^"]*)"\) += 0')


@dataclass(frozen=True)
class Asked:
    """One system call: a write, a truncation to `offset`, a sync or a removal (which is kept at once: SQLite syncs
    the folder after it)."""

    call: str
    path: str
    offset: int = 0
    data: bytes = b""


def traced(
    folder: Path, *strace: str, visitors: int, more: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    line = ["strace", "-f", "-qq", *strace, "--", sys.executable, "-m", "tests.crash.till"]
    return subprocess.run(
        [*line, str(folder), str(visitors), *more], cwd=ROOT, capture_output=True, text=True, timeout=100
    )


def record(folder: Path, visitors: int, *more: str, failing: str = "") -> list[Asked]:
    """Everything that is done while so many visitors are served; the file `answers` tells of each promise. A sync that
    failed did nothing."""
    tape = folder / "strace"
    fails = ("-e", f"inject={failing}") if failing else ()
    options = ("-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(tape))
    done = traced(folder, *options, *fails, visitors=visitors, more=more)
    assert done.returncode == 0, done.stderr
    found = (_read(line) for line in tape.read_text("latin-1").splitlines())
    return [
        asked for asked in found if asked and Path(asked.path).parent == folder and asked.path != str(tape)
    ]


def _read(line: str) -> Asked | None:
    if removed := _UNLINK.match(line):
        return Asked("unlink", _text(removed[1]))
    match = _LINE.match(line)
    if match is None or int(match[5]) < 0:
        return None
    call, path, rest = match[1], _text(match[3]), match[4] or ""
    if call in ("write", "pwrite64"):
        text, *numbers = rest.rsplit(", ", 2 if call == "pwrite64" else 1)
        return Asked("write", path, int(numbers[1]) if call == "pwrite64" else -1, _bytes(text))
    return Asked("truncate", path, int(rest)) if call == "ftruncate" else Asked("sync", path)


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.strip('"').replace("\\x", ""))


def _text(path: str) -> str:
    return _bytes(path).decode() if path.startswith("\\x") else path


@dataclass
class Disk:
    """Files as they are after a part of the tape."""

    kept: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Asked]] = field(default_factory=dict)

    def ask(self, asked: Asked) -> None:
        if asked.call == "unlink":
            self.kept.pop(asked.path, None)
            self.pending.pop(asked.path, None)
            return
        self.pending.setdefault(asked.path, []).append(asked)
        if asked.call == "sync":
            _carry_out(self.kept.setdefault(asked.path, bytearray()), self.pending.pop(asked.path))

    def cut(self, dice: random.Random) -> dict[str, bytes]:
        """What is found after the power came back."""
        found: dict[str, bytes] = {}
        for path in self.kept | self.pending:
            content = bytearray(self.kept.get(path, b""))
            _carry_out(content, self._luck(path, dice))
            found[path] = bytes(content)
        return found

    def _luck(self, path: str, dice: random.Random) -> list[Asked]:
        kind = dice.choice(("all", "none", "prefix", "some"))
        asked = list(self.pending.get(path, ()))
        if kind == "none":
            return []
        if kind == "prefix":
            asked = asked[: dice.randrange(len(asked) + 1)]
            return asked[:-1] + [part for last in asked[-1:] for part in _torn(last, dice)]
        if kind == "some":
            dice.shuffle(asked)
            return [part for one in asked if dice.random() < 0.6 for part in _torn(one, dice)]
        return asked


def _carry_out(content: bytearray, asked: list[Asked]) -> None:
    for one in asked:
        if one.call == "truncate":
            del content[one.offset :]
            content.extend(bytes(one.offset - len(content)))
        elif one.call == "write":
            content.extend(bytes(max(0, one.offset - len(content))))
            content[one.offset : one.offset + len(one.data)] = one.data


def _torn(asked: Asked, dice: random.Random) -> list[Asked]:
    """One write, whole or in some of its sectors."""
    if asked.call != "write" or dice.random() < 0.5:
        return [asked]
    places = range(0, len(asked.data), SECTOR)
    return [
        Asked("write", asked.path, asked.offset + at, asked.data[at : at + SECTOR])
        for at in places
        if dice.random() < 0.5
    ]
