"""kill -9 to each process in the middle of its work: the hall is right again, no number is lost or given twice.

What may happen twice, because between doing and saying so there is a moment: a voice killed between the sound
and its report says one announcement again; a pager terminal gets a page again; a keypad process killed between
hearing a key and posting it has lost the press, which the pad shows by not being acknowledged. A ticket whose
printer finished while the kiosk died is void, on paper too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from caller.messages import (
    Call,
    Channel,
    Event,
    Result,
    TicketCalled,
    TicketIssued,
    TicketReserved,
    TicketVoided,
    WindowState,
)
from caller.why import today
from tests.papers import code_on
from tests.wholehall import WholeHall

SOON = 2.0  # seconds from ready to right, on a machine that is not busy with something else
PATIENCE = 20.0
CONSULT = "先问一问"
NO_ANSWER = "叫号服务没有应答"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHall]:
    with WholeHall(tmp_path_factory.mktemp("hall"), pads=(11,)) as hall:
        hall.ready()
        yield hall


def soon(hall: WholeHall, so: Callable[[], object]) -> object:
    return hall.watch.until(lambda _: so(), PATIENCE)


def take(hall: WholeHall, *way: str, pager: str = "") -> str:
    """A visitor takes a number at kiosk 1."""
    for label in (*way, "取号"):
        hall.touch("kiosk-1", label)
    assert soon(hall, lambda: hall.watch.page(1) == "done"), hall.watch.page(1)
    number = hall.watch.screens["kiosk-1"].ticket
    if pager:
        hall.touch("kiosk-1", "领震动牌")
        hall.touch("kiosk-1", pager)
    hall.touch("kiosk-1", "好了")
    assert soon(hall, lambda: hall.watch.page(1) == "home")
    return number


def transfer(hall: WholeHall, pager: str = "") -> str:
    group = next(g for g in hall.hall.group if "transfer" in g.services)
    service = hall.hall.find_service("transfer")
    return take(hall, group.name, service.plain or service.name, pager=pager)


def window(hall: WholeHall, number: int) -> WindowState:
    assert hall.watch.hall_state
    return next(w for w in hall.watch.hall_state.windows if w.number == number)


def called(hall: WholeHall, at: int) -> Call:
    """The call that stands at this window, once it does."""

    def listed() -> Call | None:
        calls = hall.watch.calls.calls if hall.watch.calls else ()
        return next((c for c in calls if c.id == window(hall, at).call), None)

    call = soon(hall, listed)
    assert isinstance(call, Call), f"nobody is called to {at}"
    return call


def reached(hall: WholeHall, call: str, channel: Channel) -> bool:
    return any(r.channel is channel and r.result.reached for r in hall.watch.reports(call))


def kill_and_start(hall: WholeHall, process: str, status: str, so: Callable[[], object]) -> None:
    """kill -9, start, and from ready on the hall must soon be right."""
    hall.kill(process)
    again(hall, process, status, so)


def again(hall: WholeHall, process: str, status: str, so: Callable[[], object]) -> None:
    assert soon(hall, lambda: not hall.watch.online(status)), f"{status} still says that it is there"
    began = time.monotonic()
    hall.start(process)
    assert hall.watch.until(lambda w: w.online(status), 60), f"{process} does not come back"
    ready = time.monotonic()
    assert soon(hall, so), f"{process} is back and the hall is not right"
    right = time.monotonic() - ready
    print(f"{process}: {ready - began:.1f} s to start, right after {right:.2f} s; the goal is {SOON} s")


def finish(hall: WholeHall, at: int) -> None:
    hall.press(at, "WAIT")
    assert soon(hall, lambda: not window(hall, at).ticket)


def journal(hall: WholeHall) -> list[Event]:
    return today(f"sqlite:///{hall.folder}/journal.db")


def test_the_caller_while_a_key_was_just_pressed(whole: WholeHall) -> None:
    number = transfer(whole)
    since = whole.street.mark()
    whole.press(3, "NEXT")
    assert whole.street.wait(lambda e: e["event"] == "acknowledged", since)
    whole.kill("caller")

    assert whole.watch.hall_state
    before = whole.watch.hall_state.at

    def right() -> bool:
        """Either the call is there and delivered, or nobody is called and the clerk was told that it failed."""
        assert whole.watch.hall_state
        fresh, here = whole.watch.hall_state.at > before, window(whole, 3)
        told = here.ticket == number and reached(whole, here.call, Channel.VOICE)
        return fresh and (told or (not here.ticket and ("keypad-3", NO_ANSWER) in whole.watch.words))

    again(whole, "caller", "caller", right)
    if not window(whole, 3).ticket:  # the clerk was told that it failed, and nobody was called
        assert not any(isinstance(e, TicketCalled) for e in journal(whole))
        whole.press(3, "NEXT")
    assert called(whole, 3).ticket == number
    assert [e.attempt for e in journal(whole) if isinstance(e, TicketCalled)] == [1]
    finish(whole, 3)


def test_the_keypads_while_a_key_was_just_pressed(whole: WholeHall) -> None:
    number = transfer(whole)
    whole.press(3, "NEXT")
    whole.kill("keypads")
    since = whole.street.mark()

    def shown() -> bool:
        """Pads have been told what is true; the pad at 3 may have been answered instead."""
        return any(e["event"] in ("display", "accepted") for e in whole.street.seen[since:])

    again(whole, "keypads", "keypads", shown)
    if not whole.watch.until(lambda _: window(whole, 3).ticket, 3.0):
        whole.press(3, "NEXT")  # the pad never had its acknowledgement, and the clerk sees nobody coming
    assert called(whole, 3).ticket == number
    finish(whole, 3)


def test_the_signs_while_a_call_goes_out(whole: WholeHall) -> None:
    transfer(whole)
    since = whole.street.mark()
    whole.press(4, "NEXT")
    call = called(whole, 4)
    lines = [f"请{call.ticket}号", "到4号窗口"]

    def shown() -> bool:
        here = [e for e in whole.street.seen[since:] if e["device"] == "sign-4" and e["event"] == "shows"]
        on = bool(here) and [x for x in here[-1]["lines"] if x] == lines
        return on and reached(whole, call.id, Channel.SIGN)

    kill_and_start(whole, "signs", "signs", shown)
    finish(whole, 4)


def test_the_voice_while_it_announces(whole: WholeHall) -> None:
    transfer(whole)
    whole.press(3, "NEXT")
    call = called(whole, 3)
    kill_and_start(whole, "voice", "voice", lambda: reached(whole, call.id, Channel.VOICE))
    spoken = [r for r in whole.watch.reports(call.id) if r.result is Result.SPOKEN]
    sounds = list(whole.folder.glob(f"voice-*/*{call.id}.wav"))
    assert len(spoken) == 1
    assert 1 <= len(sounds) <= 2, "once more only if it died between the sound and its report"
    finish(whole, 3)


def test_the_pagers_while_one_is_paged(whole: WholeHall) -> None:
    transfer(whole, pager="7")
    since = whole.street.mark()
    whole.press(3, "NEXT")
    call = called(whole, 3)
    kill_and_start(whole, "pagers", "pagers", lambda: reached(whole, call.id, Channel.PAGER))
    assert whole.street.wait(lambda e: e["event"] == "paged", since)
    paged = [e for e in whole.street.seen[since:] if e["event"] == "paged"]
    assert len(paged) <= 2, "once more only if it died between the page and its report"
    assert not reached(whole, call.id, Channel.VOICE)
    finish(whole, 3)


def test_the_board_while_somebody_is_called(whole: WholeHall) -> None:
    transfer(whole)
    whole.press(3, "NEXT")
    call = called(whole, 3)
    kill_and_start(whole, "board", "board-main", lambda: reached(whole, call.id, Channel.BOARD))
    finish(whole, 3)


def test_a_kiosk_while_it_prints(whole: WholeHall) -> None:
    group = next(g for g in whole.hall.group if "transfer" in g.services)
    service = whole.hall.find_service("transfer")
    for label in (group.name, service.plain or service.name):
        whole.touch("kiosk-1", label)
    given = len(whole.watch.events)
    target = whole.watch.target("kiosk-1", "取号")
    assert target
    x, y = target.x + target.width / 2, target.y + target.height / 2
    whole.street.do("glass-kiosk-1", "touch", x=x, y=y)
    assert soon(whole, lambda: "ticket-reserved" in [name for name, _ in whole.watch.events[given:]])

    def settled() -> bool:
        assert whole.watch.hall_state
        return whole.watch.page(1) == "home" and not whole.watch.hall_state.reserved

    kill_and_start(whole, "kiosk-1", "kiosk-1", settled)
    assert transfer(whole)


def test_a_clerks_pad_while_it_shows_a_visitor(whole: WholeHall) -> None:
    number = take(whole, CONSULT)
    whole.press(11, "叫下一个")
    assert called(whole, 11).ticket == number
    assert soon(whole, lambda: whole.watch.screens["pad-11"].ticket == number)
    del whole.watch.screens["pad-11"]
    kill_and_start(whole, "pad-11", "pad-11", lambda: "pad-11" in whole.watch.screens)
    assert whole.watch.screens["pad-11"].ticket == number
    whole.press(11, "办结")
    assert soon(whole, lambda: not window(whole, 11).ticket)


def test_the_broker_while_somebody_is_called(whole: WholeHall) -> None:
    transfer(whole)
    waiting = window(whole, 5).waiting
    whole.press(5, "NEXT")
    whole.broker.kill()
    whole.watch.statuses.clear()
    began = time.monotonic()
    whole.broker.start()
    every = {"caller", "keypads", "signs", "voice", "pagers", "board-main", "kiosk-1", "pad-11"}
    assert whole.watch.until(lambda w: all(map(w.online, every)), PATIENCE)
    print(f"broker: everybody is back after {time.monotonic() - began:.2f} s")
    if not whole.watch.until(lambda _: window(whole, 5).ticket, 4.0):
        whole.press(5, "NEXT")  # the pad said that it failed
    call = called(whole, 5)
    every_way = (Channel.BOARD, Channel.SIGN, Channel.VOICE)
    assert soon(whole, lambda: all(reached(whole, call.id, channel) for channel in every_way))
    assert window(whole, 5).waiting == waiting - 1
    finish(whole, 5)


def test_no_number_was_lost_or_given_twice(whole: WholeHall) -> None:
    """The journal beside all the paper of the morning."""
    events = journal(whole)
    given = [e for e in events if isinstance(e, TicketReserved)]
    tokens = {e.token: e.ticket for e in given}
    assert len(tokens) == len(given) == len({e.ticket for e in given})
    issued = {e.ticket for e in events if isinstance(e, TicketIssued)}
    void = {e.ticket for e in events if isinstance(e, TicketVoided)}
    assert issued | void == set(tokens.values()) and not issued & void
    papers: list[str] = []
    for seen in whole.street.seen:
        if seen["device"] == "printer-1" and seen["event"] == "cut":
            papers += [ticket for token, ticket in tokens.items() if token in code_on(Path(seen["png"]))]
    assert len(papers) == len(set(papers)), "one number on two papers"
    assert issued <= set(papers) <= issued | void, "a ghost in the queue, or a paper that nobody will call"
