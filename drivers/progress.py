"""How far a case is, asked of the registration system: one GET, a small JSON answer, and never a guess.

    GET <url with {number} filled in>   Accept: application/json
    200 {"state": "reviewing", "updated": "2026-11-20", "due": "2026-11-26", "missing": ["完税证明"]}
    404 there is no such case

`state` is one of State; `updated`, `due` and `missing` may be left away. Anything else is an answer that cannot
be read. The answer says nothing about the owner, and the number is in no log. This is our own small contract: a
hall whose system speaks otherwise puts a gateway between (docs/hall.md, [progress]).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import quote

from drivers import http

MOST = 4096  # bytes of an answer
MOST_MISSING, LONGEST = 6, 40  # things, characters


class State(StrEnum):
    """Where a case is; after that, why it could not be said."""

    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    RECORDED = "recorded"
    READY = "ready"
    COLLECTED = "collected"
    MORE_PAPERS = "more-papers"
    RETURNED = "returned"
    UNKNOWN = "unknown"
    SLOW = "slow"
    DOWN = "down"
    UNREADABLE = "unreadable"


SAID = frozenset(State) - {State.UNKNOWN, State.SLOW, State.DOWN, State.UNREADABLE}


@dataclass(frozen=True)
class Finding:
    state: State
    updated: date | None = None
    due: date | None = None
    missing: tuple[str, ...] = ()


def read(status: int, body: bytes) -> Finding:
    """What an HTTP answer says; never raises."""
    if status == 404:
        return Finding(State.UNKNOWN)
    if status >= 500 or status == 429:
        return Finding(State.DOWN)
    try:
        told = json.loads(body) if status == 200 and len(body) <= MOST else None
    except (ValueError, RecursionError):
        told = None
    state = told.get("state") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(state, str) or state not in SAID:
        return Finding(State.UNREADABLE)
    return Finding(State(state), _day(told.get("updated")), _day(told.get("due")), _things(told))


def ask(url: str, number: str, timeout: float = 5.0) -> Finding:
    """The answer of the system at `url` (http or https, "{number}" where the number goes), within `timeout`
    seconds in all."""
    filled = url.replace("{number}", quote(number, safe=""))
    try:
        answer = http.ask("GET", filled, seconds=timeout, most=MOST, headers={"Accept": "application/json"})
    except TimeoutError:
        return Finding(State.SLOW)
    except OSError:
        return Finding(State.DOWN)
    except http.Broken:
        return Finding(State.UNREADABLE)
    return read(answer.status, answer.body)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _things(told: dict[object, object]) -> tuple[str, ...]:
    listed = told.get("missing")
    if not isinstance(listed, list):
        return ()
    things = (" ".join(thing.split()) for thing in listed if isinstance(thing, str))
    return tuple(thing for thing in things if thing.isprintable() and 0 < len(thing) <= LONGEST)[
        :MOST_MISSING
    ]
