"""kill -9 to each process in the middle of its work: the hall is right again, no number is lost or given twice.

What may happen twice, because between doing and saying so there is a moment: a voice killed between the sound
and its report says one announcement again; a pager terminal gets a page again; a keypad process killed between
hearing a key and posting it has lost the press, which the pad shows by not being acknowledged. A ticket whose
printer finished while the kiosk died is void, on paper too.

Right within two seconds means: of a core that is ours, from the moment at which the process is started, with its
interpreter and all; measured, it is under one. What draws (kiosks, boards, clerks' pads) first imports Kivy and opens a
window, which is one more second, and more on a slow machine: it is counted from the moment at which it says that it is
there. The test tells both. In the same seconds Pace measures what share of a core anybody gets, and the two seconds are
as much longer: nothing at all on a calm machine, and on one that plays three other halls the test means the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from caller.messages import (
    Channel,
    Result,
    TicketCalled,
    TicketIssued,
    TicketReserved,
    TicketVoided,
)
from tests.pages import OpenPage
from tests.papers import code_on
from tests.whole.morning import (
    CONSULT,
    again,
    call_up_to,
    called,
    finish,
    journal,
    kill_and_start,
    reached,
    right_again,
    soon,
    take,
    transfer,
    window,
)
from tests.wholehall import WholeHall

NO_ANSWER = "叫号服务没有应答"
KILLED: set[str] = set()
T = TypeVar("T", bound=Callable[..., None])

pytestmark = pytest.mark.timeout(300)


def kills(*processes: str) -> Callable[[T], T]:
    """A test in which these are killed."""
    KILLED.update(processes)
    return lambda test: test


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeHall]:
    with WholeHall(tmp_path_factory.mktemp("hall"), kiosks=(1, 2), pads=(11,)) as hall:
        hall.ready()
        yield hall


@kills("caller")
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


@kills("keypads")
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


@kills("signs")
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


@kills("voice")
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


@kills("pagers")
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


@kills("board")
def test_the_board_while_somebody_is_called(whole: WholeHall) -> None:
    transfer(whole)
    whole.press(3, "NEXT")
    call = called(whole, 3)
    kill_and_start(whole, "board", "board-main", lambda: reached(whole, call.id, Channel.BOARD))
    finish(whole, 3)


@kills("kiosk-1", "kiosk-2")
@pytest.mark.parametrize("number", [1, 2])
def test_a_kiosk_while_it_prints(whole: WholeHall, number: int) -> None:
    kiosk = f"kiosk-{number}"
    group = next(g for g in whole.hall.group if "transfer" in g.services)
    service = whole.hall.find_service("transfer")
    for label in (group.name, service.plain or service.name):
        whole.touch(kiosk, label)
    given = len(whole.watch.events)
    target = whole.watch.target(kiosk, "取号")
    assert target
    x, y = target.x + target.width / 2, target.y + target.height / 2
    whole.street.do(f"glass-{kiosk}", "touch", x=x, y=y)
    assert soon(whole, lambda: "ticket-reserved" in [name for name, _ in whole.watch.events[given:]])
    whole.kill(kiosk)
    del whole.watch.screens[kiosk]

    def settled() -> bool:
        assert whole.watch.hall_state
        return whole.watch.page(number) == "home" and not whole.watch.hall_state.reserved

    again(whole, kiosk, kiosk, settled)
    assert take(whole, group.name, service.plain or service.name, kiosk=number)


@kills("phone")
def test_the_phones_while_a_visitor_is_called(whole: WholeHall) -> None:
    number = transfer(whole)
    token = next(
        e.token for e in reversed(journal(whole)) if isinstance(e, TicketReserved) and e.ticket == number
    )
    address = f"http://127.0.0.1:{whole.phone_port}/t/{token}"
    page = OpenPage(address)
    assert soon(whole, lambda: page.mood == "waiting")
    whole.kill("phone")
    call = call_up_to(whole, 3, number)
    pages: list[OpenPage] = []

    def shown() -> bool:
        """As a browser does that has lost its line: again and again."""
        if not pages:
            with contextlib.suppress(OSError):
                pages.append(OpenPage(address))
        return bool(pages) and pages[-1].mood == "called" and reached(whole, call.id, Channel.PHONE)

    again(whole, "phone", "phone", shown)
    finish(whole, 3)


@kills("pad-11")
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


@kills("broker")
def test_the_broker_while_somebody_is_called(whole: WholeHall) -> None:
    transfer(whole)
    waiting = window(whole, 5).waiting
    whole.press(5, "NEXT")
    whole.broker.kill()
    assert soon(whole, lambda: not whole.watch.connected)
    whole.watch.statuses.clear()
    every = {
        "caller",
        "keypads",
        "signs",
        "voice",
        "pagers",
        "phone",
        "board-main",
        "kiosk-1",
        "kiosk-2",
        "pad-11",
    }
    right_again(
        whole,
        "broker",
        whole.broker.start,
        lambda: whole.watch.connected,
        lambda: all(map(whole.watch.online, every)),
    )
    if not whole.watch.until(lambda _: window(whole, 5).ticket, 4.0):
        whole.press(5, "NEXT")  # the pad said that it failed
    call = called(whole, 5)
    every_way = (Channel.BOARD, Channel.SIGN, Channel.VOICE)
    assert soon(whole, lambda: all(reached(whole, call.id, channel) for channel in every_way))
    assert window(whole, 5).waiting == waiting - 1
    finish(whole, 5)


def test_no_process_was_spared(whole: WholeHall) -> None:
    """Whatever is added to the hall is killed here too."""
    assert {*whole.names, "broker"} == KILLED


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
        if seen["device"] in ("printer-1", "printer-2") and seen["event"] == "cut":
            papers += [ticket for token, ticket in tokens.items() if token in code_on(Path(seen["png"]))]
    assert len(papers) == len(set(papers)), "one number on two papers"
    assert issued <= set(papers) <= issued | void, "a ghost in the queue, or a paper that nobody will call"
