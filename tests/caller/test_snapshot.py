"""What the hall is shown: whole, made from the state alone, and never more than it needs."""

from __future__ import annotations

import pytest

from caller.messages import (
    CallsState,
    CallTicket,
    Channel,
    ConfirmTicket,
    FinishTicket,
    HallState,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    RecallTicket,
    ReportDelivery,
    ReserveTicket,
    Result,
    ReturnTicket,
    ServeTicket,
    Step,
    TicketReserved,
    TransferTicket,
    WindowState,
    decode,
    encode,
)
from caller.snapshot import LINGER, RECENT, calls_state, hall_state, ticket_view
from tests.caller.oneday import RULES, OneDay, missed, replayed


@pytest.fixture
def day() -> OneDay:
    return OneDay()


def shown(day: OneDay) -> HallState:
    return hall_state(day.state, 1, day.now)


def calls(day: OneDay) -> CallsState:
    return calls_state(day.state, 1, day.now)


def window(day: OneDay, number: int) -> WindowState:
    return next(w for w in shown(day).windows if w.number == number)


def report(day: OneDay, call: str, channel: Channel, device: str, result: Result) -> None:
    day.does(ReportDelivery(id=day.id(), call=call, channel=channel, device=device, result=result))


def test_an_empty_hall_shows_every_service_and_window(day: OneDay) -> None:
    state = shown(day)
    assert [s.id for s in state.services] == list(RULES.services) and {s.waiting for s in state.services} == {
        0
    }
    assert [w.number for w in state.windows] == list(RULES.windows)
    assert not state.recent and not calls(day).calls


def test_a_window_as_everybody_sees_it(day: OneDay) -> None:
    for _ in range(3):
        day.takes("transfer")
    day.calls(3)
    three = window(day, 3)
    assert (three.ticket, three.service, three.step) == ("A001", "transfer", Step.CALLED)
    assert (three.call, three.attempt, three.waiting) == ("2026-11-23-A001-1", 1, 2)
    day.does(ServeTicket(id=day.id(), window=3))
    assert window(day, 3).step is Step.SERVING
    day.does(ParkTicket(id=day.id(), window=3, kind=Park.WITH_PAPERS))
    three = window(day, 3)
    assert (three.ticket, three.step, three.call, three.parked) == ("", None, "", ("A001",))


def test_a_number_that_is_not_on_paper_yet_is_shown_as_such(day: OneDay) -> None:
    number = day.reserves("transfer")
    assert shown(day).reserved == ((number, "1"),)
    assert shown(day).services[0].waiting == 0, "it does not count"


def test_who_chose_another_language_is_told_from_the_first_touch_to_the_last(day: OneDay) -> None:
    """So that the voice has the sentence before the call."""
    (event,) = day.does(ReserveTicket(id=day.id(), service="transfer", kiosk="1", language="en"))
    assert isinstance(event, TicketReserved)
    day.takes("transfer")
    assert shown(day).languages == ((event.ticket, "en"),)
    day.does(ConfirmTicket(id=day.id(), ticket=event.ticket))
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, service="search"))
    assert shown(day).languages == ((event.ticket, "en"),)
    assert replayed(RULES, day.history) == day.state
    day.calls(5)
    missed(day, 5)
    assert shown(day).languages == ()
    day.does(ReturnTicket(id=day.id(), ticket=event.ticket))
    assert shown(day).languages == ((event.ticket, "en"),), "and again, when they are back"
    day.calls(5)
    day.does(FinishTicket(id=day.id(), window=5))
    assert shown(day).languages == ()


def test_pagers_that_are_out(day: OneDay) -> None:
    day.takes("transfer", pager=8)
    day.takes("transfer", pager=7)
    assert shown(day).lent == (7, 8)


def test_the_latest_call_of_each_ticket_newest_first(day: OneDay) -> None:
    for _ in range(RECENT + 2):
        day.takes("transfer")
    for _ in range(RECENT + 2):
        day.calls(3)
    day.passes(60)
    day.does(RecallTicket(id=day.id(), window=3))
    recent = shown(day).recent
    assert [c.ticket for c in recent] == [f"A{n:03d}" for n in range(10, 2, -1)]
    assert recent[0].attempt == 2 and [c.live for c in recent] == [True] + [False] * 7


def test_a_call_says_where_until_when_and_by_which_pager(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    day.calls(3)
    (call,) = calls(day).calls
    assert (call.window, call.zone, call.pager, call.live) == (3, "east", 7, True)
    assert (call.expires - call.at).total_seconds() == RULES.call_lives_seconds


@pytest.mark.parametrize("what", ["serve", "no-show", "finish", "transfer", "recall", "park"])
def test_a_call_is_live_only_while_the_visitor_is_awaited(day: OneDay, what: str) -> None:
    day.takes("transfer")
    day.calls(3)
    for _ in range(2):
        day.passes(30)
        day.does(RecallTicket(id=day.id(), window=3))
    day.passes(30)
    kinds = {"serve": ServeTicket, "no-show": MarkNoShow, "finish": FinishTicket, "recall": RecallTicket}
    kinds |= {"transfer": TransferTicket, "park": ParkTicket}
    day.does(kinds[what](id=day.id(), window=3))
    told = calls(day).calls
    assert all(call.live for call in told)
    assert [c.attempt for c in told] == ([4] if what == "recall" else []), "only the latest of who is awaited"


def test_a_call_is_listed_until_nobody_can_have_anything_to_tell_of_it(day: OneDay) -> None:
    day.takes("transfer")
    day.takes("transfer")
    day.calls(3)
    day.passes(30)
    day.calls(4)
    assert [c.ticket for c in calls(day).calls] == ["A001", "A002"], "oldest first"
    day.passes(RULES.call_lives_seconds + LINGER.total_seconds() - 30)
    assert [c.ticket for c in calls(day).calls] == ["A001", "A002"]
    day.passes(1)
    assert [c.ticket for c in calls(day).calls] == ["A002"]


def test_trouble_is_a_devices_last_word_on_the_call(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = window(day, 3).call
    report(day, call, Channel.SIGN, "sign-3", Result.FAILED)
    report(day, call, Channel.BOARD, "board-main", Result.SHOWN)
    assert window(day, 3).trouble == ("sign:sign-3",)
    report(day, call, Channel.SIGN, "sign-3", Result.SHOWN)
    assert window(day, 3).trouble == ()
    assert [r.result for r in calls(day).calls[0].reports] == [Result.FAILED, Result.SHOWN, Result.SHOWN]


def test_received_is_no_trouble_and_overtakes_nothing(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    call = window(day, 3).call
    report(day, call, Channel.VOICE, "voice-east", Result.RECEIVED)
    report(day, call, Channel.VOICE, "voice-east", Result.SPOKEN)
    report(day, call, Channel.SIGN, "sign-3", Result.SHOWN)
    report(day, call, Channel.SIGN, "sign-3", Result.RECEIVED)  # said before, and late on the bus
    told = [(r.device, r.result) for r in calls(day).calls[0].reports]
    assert told == [
        ("voice-east", Result.RECEIVED),
        ("voice-east", Result.SPOKEN),
        ("sign-3", Result.SHOWN),
    ]
    assert window(day, 3).trouble == ()


def test_the_trouble_of_who_has_left_is_over(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    report(day, window(day, 3).call, Channel.VOICE, "voice-east", Result.EXPIRED)
    assert window(day, 3).trouble == ("voice:voice-east",)
    day.does(FinishTicket(id=day.id(), window=3))
    assert window(day, 3).trouble == ()


def test_nobody_is_promised_a_wait_where_no_window_is_open(day: OneDay) -> None:
    for _ in range(4):
        day.takes("transfer")
    assert {s.wait_minutes for s in shown(day).services} == {None}
    day.does(OpenWindow(id=day.id(), window=3))
    waits = {s.id: s.wait_minutes for s in shown(day).services}
    assert waits["search"] is None and waits["transfer"] == (35, 65), (
        "48 minutes of work, give or take a third"
    )
    day.does(OpenWindow(id=day.id(), window=4))
    assert shown(day).services[0].wait_minutes == (15, 35), "two windows share it"


def test_a_visitor_reads_their_own_ticket(day: OneDay) -> None:
    day.takes("transfer")
    number = day.takes("transfer", priority="elderly", pager=7)
    view = ticket_view(day.state, day.ticket(number))
    assert (view.number, view.step, view.ahead, view.priority, view.pager) == (
        number,
        Step.WAITING,
        0,
        True,
        7,
    )


def test_who_came_back_is_called_again_with_a_new_name(day: OneDay) -> None:
    day.takes("transfer")
    day.calls(3)
    day.does(TransferTicket(id=day.id(), window=3, to_window=4))
    day.does(CallTicket(id=day.id(), window=4, ticket="A001"))
    assert [c.id for c in calls(day).calls] == ["2026-11-23-A001-2"], "nobody waits for the first any more"
    assert [(c.window, c.attempt, c.live) for c in shown(day).recent] == [(4, 1, True)]


def test_a_restart_shows_the_same_hall(day: OneDay) -> None:
    for n in range(6):
        day.takes("transfer" if n % 2 else "mortgage", priority="elderly" if n == 4 else "")
    day.calls(3)
    day.does(ParkTicket(id=day.id(), window=3))
    day.calls(4)
    again = replayed(RULES, day.history)
    assert hall_state(again, 1, day.now) == shown(day) and calls_state(again, 1, day.now) == calls(day)


def test_snapshots_survive_the_wire(day: OneDay) -> None:
    day.takes("transfer", pager=7)
    day.calls(3)
    report(day, window(day, 3).call, Channel.PAGER, "pager-7", Result.VIBRATED)
    assert decode(encode(shown(day)), HallState) == shown(day)
    assert decode(encode(calls(day)), CallsState) == calls(day)
