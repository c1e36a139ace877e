"""A start must not take longer for a long day: the state is written down now and then, and the rest is replayed.

A checkpoint is a shortcut, never the truth. If anything about it differs (the form of the state, the code that makes
it, the hall's rules, the chain that it follows) it is not read, and the whole day is replayed.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from sqlalchemy import func, select

from caller.chain import Broken
from caller.database import UNREADABLE, JournalError, cause, reader
from caller.journal import OPENED, Journal, last_kept
from caller.messages import EVENTS
from caller.order import Waiter
from caller.queue import evolve
from caller.state import Rules, State
from caller.tables import events

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MAKERS = (
    "state",
    "evolve",
    "book",
    "clerks",
    "slots",
    "calendar",
    "order",
    "journey",
    "lapsing",
    "offline",
    "rack",
    "marks",
    "checkpoint",
)  # the modules whose change makes another state
REBUILT = ("rules", "lines")  # fields that are not written as they are


def _hints() -> dict[str, Any]:
    return {name: hint for name, hint in get_type_hints(State).items() if name not in REBUILT}


def _paired(hint: Any) -> bool:
    """Whether the field is a dictionary whose keys JSON cannot have."""
    return get_origin(hint) is dict and get_origin(get_args(hint)[0]) is tuple


def _written_as(hint: Any) -> Any:
    return list[tuple[get_args(hint)]] if _paired(hint) else hint  # type: ignore[misc]  # made at run time


FIELDS = _hints()
Written: Any = msgspec.defstruct(
    "Written", [("waiting", list[Waiter]), *((name, _written_as(hint)) for name, hint in FIELDS.items())]
)


@cache
def _code() -> bytes:
    return b"".join((HERE / f"{name}.py").read_bytes() for name in MAKERS)


def form(rules: Rules) -> str:
    """What a state of today's code under these rules is written as."""
    return sha256(_code() + repr(_in_order(rules)).encode()).hexdigest()


def _in_order(value: Any) -> Any:
    """Written the same in every process: sets are not in the same order there."""
    if is_dataclass(value):
        return {field.name: _in_order(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return sorted((repr(key), _in_order(inner)) for key, inner in value.items())
    if isinstance(value, Set):
        return sorted(map(repr, value))
    return [_in_order(inner) for inner in value] if isinstance(value, tuple | list) else repr(value)


def written(state: State) -> bytes:
    """The state, its lines as the visitors in them."""
    values = {
        name: list(value.items()) if _paired(hint) else value
        for name, hint in FIELDS.items()
        for value in (getattr(state, name),)
    }
    return msgspec.json.encode(Written(waiting=list(state.lines), **values))


def read(payload: bytes, rules: Rules) -> State:
    """The state that was written; raises msgspec.MsgspecError."""
    found = msgspec.json.decode(payload, type=Written)
    values: dict[str, Any] = {
        name: dict(value) if _paired(hint) else value
        for name, hint in FIELDS.items()
        for value in (getattr(found, name),)
    }
    state = State(rules, **values)
    for waiter in found.waiting:
        state.lines.add(waiter)
    return state


def keep(journal: Journal, state: State) -> None:
    """Write the state down; it must be what the journal says. Raises JournalError."""
    payload = written(state)
    journal.keep(form(state.rules), sha256(payload).digest() + payload)


def recall(journal: Journal, rules: Rules) -> State:
    """The state as the journal tells it; raises JournalError."""
    gc.disable()  # nothing that is read here is rubbish, and to look for some takes longer than the reading
    try:
        state, after = _start(journal, rules)
        for event in journal.today(after):
            state = evolve(state, event)
    finally:
        gc.enable()
    return state


def check(url: str, rules: Rules) -> None:
    """Raises Broken if the checkpoint that the next start would read is not what the events say, JournalError if that
    cannot be read. It is not in the chain: whoever changes it would change who is next."""
    engine = reader(url)
    try:
        with engine.connect() as connection:
            kept = last_kept(connection)
            if kept is None or kept.form != form(rules):
                return
            opened = select(func.max(events.c.seq)).where(events.c.kind == OPENED).scalar_subquery()
            day = select(events.c.kind, events.c.payload).where(events.c.seq.between(opened, kept.seq))
            rows = connection.execute(day.order_by(events.c.seq)).all()
    except UNREADABLE as error:
        raise JournalError(cause(error)) from error
    finally:
        engine.dispose()
    state = State(rules)
    for row in rows:
        state = evolve(state, msgspec.json.decode(row.payload, type=EVENTS[row.kind]))
    if rows and not _says(kept.state, state):
        raise Broken(kept.seq, "the checkpoint is not what the events say")


def _says(kept: bytes, state: State) -> bool:
    try:
        return read(kept[32:], state.rules) == read(written(state), state.rules)
    except msgspec.MsgspecError:
        return False


def _start(journal: Journal, rules: Rules) -> tuple[State, int]:
    kept = journal.kept()
    if kept is None or kept.seq < journal.opened() or kept.form != form(rules):
        return State(rules), 0
    digest, payload = kept.state[:32], kept.state[32:]
    if sha256(payload).digest() != digest:
        log.warning("the checkpoint at %d is damaged: the day is replayed", kept.seq)
        return State(rules), 0
    try:
        return read(payload, rules), kept.seq
    except msgspec.MsgspecError as error:
        log.warning("the checkpoint at %d cannot be read, the day is replayed: %s", kept.seq, error)
        return State(rules), 0
