"""Twenty windows call, and in the middle of it the broker is lost: the order is kept, each call is spoken once,
and the signs show the latest."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from caller import why
from caller.messages import (
    Answer,
    CallNext,
    ConfirmTicket,
    ReserveTicket,
    TicketCalled,
    decode,
    encode,
    kebab,
    topic,
)
from config.schema import Hall
from tests.broker import Broker
from tests.display.busyhall import BusyHall
from tests.display.history import Visitor

CALLS = 20
HALF = 10  # keys pressed at once before the broker goes; the others while it is away
BEFORE = 5  # calls that are answered when it goes: of the others, some may be decided and not yet told


def crowded(hall: Hall) -> Hall:
    """Twenty windows in two zones, each with a sign, and what is done there."""
    change = msgspec.structs.replace
    east, west = (next(w for w in hall.window if w.zone == zone) for zone in ("east", "west"))
    windows = [change(east if n % 2 else west, number=n) for n in range(1, CALLS + 1)]
    signs = [change(hall.sign[0], window=n) for n in range(1, CALLS + 1)]
    return change(hall, window=tuple(windows), sign=tuple(signs))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("away", "lives"), [(3, 12), pytest.param(30, 60, marks=pytest.mark.long)])
def test_the_broker_is_lost_during_twenty_calls(
    hall: Hall, broker: Broker, tmp_path: Path, away: float, lives: int
) -> None:
    with BusyHall(crowded(hall), broker, tmp_path, seed=CALLS, lives=lives) as busy:
        for zone in ("east", "west"):
            service = next(s.id for s in hall.service if s.zone == zone)
            for _ in range(CALLS // 2):
                ticket = busy.must(ReserveTicket(id=busy.id(), service=service)).ticket
                assert ticket is not None
                busy.must(ConfirmTicket(id=busy.id(), ticket=ticket.number))
                busy.history.visitors[ticket.number] = Visitor()
        asked = [CallNext(id=busy.id(), window=n) for n in range(1, CALLS + 1)]
        answers = [busy.bus.post(topic(one), encode(one), away + 30) for one in asked[:HALF]]
        while sum(answer.done() for answer in answers) < BEFORE:
            time.sleep(0.001)
        broker.kill()
        answers += [busy.bus.post(topic(one), encode(one), away + 30) for one in asked[HALF:]]
        time.sleep(away)
        broker.start()
        assert all(decode(answer.result(40), Answer).done for answer in answers)
        busy.settle()
        assert busy.hall.caller is not None
        told = list(why.today(busy.hall.caller.journal))  # what was told while nobody could hear is there
    history = busy.history
    history.events = [msgspec.to_builtins(event) | {"event": kebab(type(event).__name__)} for event in told]
    called = [event for event in told if isinstance(event, TicketCalled)]
    assert len(called) == len({event.ticket for event in called}) == len({e.window for e in called}) == CALLS
    assert sorted(sound.ticket for sound in history.sounds) == sorted(event.ticket for event in called)
    assert all(event.ticket in "".join(history.signs[event.window]) for event in called)
    assert {"sign", "voice", "board"} <= set.intersection(*(call.channels for call in history.calls.values()))
    assert history.faults() == []
