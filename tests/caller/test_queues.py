"""What a phone may know: how many come before, how long that takes, where to go; under a key that is no secret."""

from __future__ import annotations

import msgspec

from caller.messages import (
    CallNext,
    ConfirmTicket,
    FinishTicket,
    HallState,
    Holder,
    QueueState,
    Step,
    phone_key,
)
from caller.messages import OpenWindow as Open
from caller.messages import ReserveTicket as Reserve
from caller.queues import queue_states
from caller.showing import BREATH, GLIMPSE, SHARE, Showing
from tests.caller.oneday import OneDay
from tests.quiet import Ears


def holders(day: OneDay, service: str = "transfer") -> dict[str, Holder]:
    return {holder.ticket: holder for holder in queue_states(day.state)[service].holders}


def test_each_visitor_of_a_service_has_a_place_and_an_honest_wait() -> None:
    day = OneDay()
    for _ in range(4):
        day.takes("transfer")
    assert holders(day)["A004"].wait is None, "no window is open: nobody can know"
    day.does(Open(id=day.id(), window=3))
    day.takes("mortgage")
    seen = holders(day)
    assert [h.ahead for h in seen.values()] == [0, 1, 2, 3]
    low, high = seen["A004"].wait or (0, 0)
    assert low < 43 < high, "three times 12 minutes, and a share of the mortgage at the same window"
    assert seen["A001"].wait == (0, 0)
    assert list(holders(day, "mortgage")) == ["B001"]


def test_the_journey_is_followed_to_its_end() -> None:
    day = OneDay()
    held = day.reserves("transfer")
    assert holders(day) == {}, "a number that is not on paper is nobody's"
    day.does(ConfirmTicket(id=day.id(), ticket=held))
    day.does(CallNext(id=day.id(), window=3))
    assert (holders(day)[held].step, holders(day)[held].window) == (Step.CALLED, 3)
    day.does(FinishTicket(id=day.id(), window=3))
    assert holders(day)[held].step is Step.FINISHED


def test_the_key_is_not_the_token() -> None:
    day = OneDay()
    day.does(Reserve(id=day.id(), service="transfer", token="s3cret-token"))
    day.does(ConfirmTicket(id=day.id(), ticket="A001"))
    (holder,) = holders(day).values()
    assert holder.key == phone_key("s3cret-token") and "s3cret" not in holder.key


def test_only_the_queue_that_moved_is_told_again_and_not_at_every_press() -> None:
    day, ears, now = OneDay(), Ears(), 0.0
    showing = Showing(ears, lambda: now)  # type: ignore[arg-type]  # the part of a bus that it needs
    showing.queues(day.state)
    assert set(ears.kept) == {f"state/queue/{service}" for service in day.rules.services}
    ears.kept.clear()
    day.takes("transfer")
    showing.publish(day.state, day.history, 1, day.now)
    showing.show(day.state, 1, day.now)
    showing.queues(day.state)
    assert not any(where.startswith("state/queue/") for where in ears.kept), "too soon"
    now = BREATH
    showing.queues(day.state)
    (where,) = (where for where in ears.kept if where.startswith("state/queue/"))
    told = msgspec.json.decode(ears.kept[where], type=QueueState)
    assert (told.service, [h.ticket for h in told.holders]) == ("transfer", ["A001"])


def test_while_one_thing_follows_another_only_the_newest_is_shown() -> None:
    day, ears, now = OneDay(), Ears(), 0.0
    showing = Showing(ears, lambda: now)  # type: ignore[arg-type]  # the part of a bus that it needs

    def happens() -> None:
        day.takes("transfer")
        showing.publish(day.state, day.history[-1:], len(day.history), day.now)
        showing.show(day.state, len(day.history), day.now, busy=True)

    def seen() -> int:
        shown = msgspec.json.decode(ears.kept["state/hall"], type=HallState)
        return next(service.waiting for service in shown.services if service.id == "transfer")

    happens()
    assert seen() == 1, "the first at once"
    for _ in range(3):
        happens()
    assert seen() == 1 and len(ears.events) == 4, "events are told one by one"
    now = GLIMPSE
    happens()
    assert seen() == 5
    happens()
    showing.show(day.state, len(day.history), day.now)
    assert seen() == 6, "as soon as nothing more comes"


def test_long_lists_do_not_eat_the_day() -> None:
    """However long it takes to write them, for ten times as long nobody writes them again."""
    day, ears, clock = OneDay(), Ears(), [0.0]

    def slow() -> float:
        clock[0] += 1.0  # each look at the watch: the lists take a second
        return clock[0]

    showing = Showing(ears, slow)  # type: ignore[arg-type]  # the part of a bus that it needs
    showing.queues(day.state)
    ears.kept.clear()
    day.takes("transfer")
    showing.publish(day.state, day.history[-1:], 1, day.now)
    looks = 0
    while not ears.kept:
        showing.queues(day.state)
        looks += 1
    assert SHARE <= looks <= SHARE + 2


def test_telling_the_phones_forgets_nothing_that_the_hall_has_not_seen() -> None:
    """A call that came just after another is shown a moment later, whatever was written between."""
    day, ears, now = OneDay(), Ears(), BREATH
    showing = Showing(ears, lambda: now)  # type: ignore[arg-type]  # the part of a bus that it needs
    for busy in (False, True):
        day.takes("transfer")
        showing.publish(day.state, day.history[-1:], len(day.history), day.now)
        showing.show(day.state, len(day.history), day.now, busy)
    showing.queues(day.state)
    showing.show(day.state, len(day.history), day.now)
    shown = msgspec.json.decode(ears.kept["state/hall"], type=HallState)
    assert next(service.waiting for service in shown.services if service.id == "transfer") == 2
