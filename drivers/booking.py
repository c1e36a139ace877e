"""The city's booking server is asked over HTTP, within a time that ends whatever the server does.

    GET <url>?after=<cursor>       Authorization: Bearer <token>
    {"bookings": [{"code": "BJ20261123001", "service": "transfer", "day": "2026-11-24", "time": "09:00",
                   "id_number": "…", "agent_id_number": "…", "phone": "…", "cancelled": false}], "cursor": "…"}

What is asked for first has no cursor; `cursor` of an answer is sent with the next question, so that a server may tell
only what is new. `read` is the codec; a redirect is a refusal, as the list has ID numbers in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlsplit

from drivers import http

MOST = 4 * 1024 * 1024  # bytes of one answer
MOST_BOOKINGS = 20_000
FIELDS = ("code", "service", "day", "time", "id_number", "agent_id_number", "phone")


class Trouble(StrEnum):
    """Why there is no list this time."""

    DOWN = "down"
    SLOW = "slow"
    GARBAGE = "garbage"
    REFUSED = "refused"  # it answered, and the answer was no


class NoList(Exception):
    def __init__(self, trouble: Trouble, why: str) -> None:
        super().__init__(why)
        self.trouble = trouble


@dataclass(frozen=True)
class Listed:
    """One booking as the server tells it, in the words of FIELDS."""

    fields: dict[str, str]
    cancelled: bool


@dataclass(frozen=True)
class Page:
    """`bad` is how many entries were no bookings at all."""

    bookings: tuple[Listed, ...]
    cursor: str
    bad: int


def read(payload: bytes) -> Page | None:
    """The list in an answer; None if there is none in it. Never raises."""
    try:
        whole = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    entries = whole.get("bookings") if isinstance(whole, dict) else None
    if not isinstance(entries, list):
        return None
    found = [_booking(entry) for entry in entries[:MOST_BOOKINGS]]
    cursor = whole.get("cursor", "")
    good = tuple(one for one in found if one is not None)
    return Page(good, cursor if isinstance(cursor, str) else "", len(entries) - len(good))


def _booking(entry: object) -> Listed | None:
    if not isinstance(entry, dict):
        return None
    fields = {name: value for name in FIELDS if isinstance(value := entry.get(name, ""), str)}
    if len(fields) < len(FIELDS) or not fields["code"]:
        return None
    return Listed(fields, entry.get("cancelled") is True)


def ask(url: str, cursor: str, *, token: str = "", patience: float = 10.0) -> Page:
    """One question; raises NoList. It takes at most `patience` seconds, and the time to look up a name."""
    if cursor:
        url += ("&" if urlsplit(url).query else "?") + f"after={quote(cursor, safe='')}"
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = http.ask("GET", url, seconds=patience, most=MOST, headers=headers)
    except TimeoutError:
        raise NoList(Trouble.SLOW, "no answer") from None
    except http.Broken as error:
        raise NoList(Trouble.DOWN, type(error).__name__) from None
    if answer.status != 200:
        raise NoList(Trouble.REFUSED, f"{answer.status} {answer.reason}")
    page = read(answer.body) if len(answer.body) <= MOST else None
    if page is None:
        raise NoList(Trouble.GARBAGE, f"{len(answer.body)} bytes")
    return page
