"""What a clerk may choose from on the pad's lists, and the command that each choice is: without glass."""

from __future__ import annotations

import msgspec

from caller.messages import (
    HallState,
    Park,
    ParkTicket,
    TransferTicket,
    WindowState,
    WindowStatus,
)
from caller.pad.choices import (
    clerk_choices,
    drafted,
    how_choices,
    note_choices,
    order,
    park_choices,
    parked_choices,
    transfer_choices,
)
from caller.pad.view import view
from config.schema import Clerk, Hall
from tests.caller.test_pad_view import NINE, called, window

DRAFT = TransferTicket(id="draft", window=3)


def snapshot(*windows: WindowState) -> HallState:
    return HallState(version=1, day="2026-11-23", at=NINE, services=(), windows=windows, recent=())


def test_where_a_visitor_may_be_sent(hall: Hall) -> None:
    four = WindowState(number=4, status=WindowStatus.OPEN, waiting=2)
    five = WindowState(number=5, status=WindowStatus.PAUSED)
    eight = WindowState(number=8, status=WindowStatus.OPEN)
    windows, services = transfer_choices(hall, 3, snapshot(called(), four, five, eight))
    by = {choice.what: (choice.label, choice.note, choice.quiet) for choice in (*windows, *services)}
    assert "window-3" not in by
    assert by["window-4"] == ("4 综合", "等 2", False)
    assert by["window-5"] == ("5 综合", "暂停", True)
    assert by["window-8"] == ("8 抵押", "改办抵押登记", False)
    assert by["window-12"] == ("12 办不成事", "未开放", True)
    assert by["service-mortgage"] == ("抵押登记", "等 0", False)
    assert len(services) == len(hall.service)


def test_three_kinds_of_parking_and_what_each_is(hall: Hall) -> None:
    orders = [order(c.what, "x", DRAFT, None) for c in park_choices()]
    assert orders[:2] == [
        ParkTicket(id="x", window=3, kind=Park.WITHOUT_PAPERS),
        ParkTicket(id="x", window=3, kind=Park.WITH_PAPERS),
    ]
    waits = [o for o in orders if isinstance(o, ParkTicket) and o.kind is Park.WAITING]
    assert [o.minutes for o in waits] == [5, 10, 15, 30, 60]


def test_how_somebody_is_sent_is_chosen_before_where(hall: Hall) -> None:
    assert [c.on for c in how_choices(hall, DRAFT)] == [False, False, False]
    draft = DRAFT
    for what in ("how-tail", "how-back", note_choices(hall)[0].what):
        draft = drafted(what, draft, hall) or draft
    assert [c.on for c in how_choices(hall, draft)] == [True, True, True]
    assert how_choices(hall, draft)[2].label == hall.caller.notes[0], "what goes along can be read"
    sent = order("service-tax", "x", draft, None)
    assert sent == TransferTicket(
        id="x", window=3, service="tax", at_tail=True, come_back=True, note=hall.caller.notes[0]
    )
    assert drafted("how-note", draft, hall) is None and drafted("service-tax", draft, hall) is None
    off = drafted("how-tail", draft, hall)
    assert off is not None and not off.at_tail, "a second touch takes it back"


def test_a_colleague_is_offered_where_they_are(hall: Hall) -> None:
    ours = msgspec.structs.replace(hall, clerk=(Clerk(badge="021", name="李"),))
    here = snapshot(called(), WindowState(number=5, status=WindowStatus.OPEN, clerk="021"))
    (choice,) = clerk_choices(ours, 3, here)
    assert (choice.what, choice.label, choice.note) == ("clerk-021", "021 李", "5 号窗口")
    assert order(choice.what, "x", DRAFT, None) == TransferTicket(id="x", window=3, to_clerk="021")


def test_the_keys_of_the_first_page_are_no_choices(hall: Hall) -> None:
    for key in view(hall, 3, called(), NINE).keys:
        assert order(key.action, "x", DRAFT, None) is None and drafted(key.action, DRAFT, hall) is None


def test_who_is_set_aside_here(hall: Hall) -> None:
    choices = parked_choices(hall, window(parked=("A003", "B001")))
    assert [(c.what, c.note) for c in choices] == [("ticket-A003", "转移登记"), ("ticket-B001", "抵押登记")]
