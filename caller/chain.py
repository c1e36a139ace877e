"""Each event carries the hash of the one before and of itself, so that nothing inside can be changed unnoticed.

hash = SHA-256(hash of the event before ‖ seq, day, kind, length of the command's id, command's id ‖ payload).
A tail that was cut off leaves a good chain: it is found against a head that was written down elsewhere, which
is why the service logs one each day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

START = bytes(32)  # what the first event of all follows


class Link(Protocol):
    """A row of `events`."""

    @property
    def seq(self) -> int: ...
    @property
    def day(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def payload(self) -> bytes: ...
    @property
    def hash(self) -> bytes: ...


@dataclass(frozen=True)
class Head:
    """Where a chain ends: written `12:9f86d0…`."""

    seq: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> Head:
        """Raises ValueError."""
        seq, _, digest = text.partition(":")
        return cls(int(seq), bytes.fromhex(digest))


class Broken(Exception):
    """The chain does not hold at `seq`."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(f"{seq}: {why}")
        self.seq = seq
        self.why = why


def link(before: bytes, seq: int, day: str, kind: str, command: str, payload: bytes) -> bytes:
    """The hash that the event carries."""
    own = f"{seq} {day} {kind} {len(command)} {command} ".encode("utf-8", "surrogateescape")
    return sha256(before + own + payload).digest()


def follow(rows: Iterable[Link], anchor: Head, known: Iterable[Head] = ()) -> Head:
    """The head of the chain that begins after `anchor`; raises Broken at the first row that does not fit.

    `known` are heads that were written down: the chain must run through each.
    """
    seq, head = anchor.seq, anchor.hash
    wanted = {known.seq: known.hash for known in known}
    if wanted and min(wanted) < seq:
        raise Broken(seq, f"the chain begins after this, {min(wanted)} was let go or cut off")
    if wanted.pop(seq, head) != head:
        raise Broken(seq, "not the head that was written down")
    for row in rows:
        seq += 1
        if row.seq != seq:
            raise Broken(seq, f"missing, {row.seq} comes instead")
        try:
            head = link(head, seq, row.day, row.kind, row.command, row.payload)
        except (TypeError, AttributeError):
            raise Broken(seq, "changed: a value of another kind") from None
        if head != row.hash:
            raise Broken(seq, "changed, or not the one that was here")
        if wanted.pop(seq, head) != head:
            raise Broken(seq, "not the head that was written down")
    if wanted:
        raise Broken(seq + 1, f"missing, {max(wanted)} was written down")
    return Head(seq, head)
