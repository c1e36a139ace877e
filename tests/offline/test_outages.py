"""Outages one by one, as a person in the hall would see them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from caller.messages import Step, TicketReserved, TicketsOutdated
from config.load import load
from kiosk.steps import Page
from tests.offline.outage import QUICK, Outage

HALL = load(Path(__file__).parents[2] / "config" / "hall.toml")


@pytest.fixture
def outage() -> Iterator[Outage]:
    with TemporaryDirectory(prefix="offline-", dir=QUICK) as folder:
        there = Outage(HALL, Path(folder))
        yield there
        there.close()


def line(outage: Outage, service: str = "transfer") -> list[str]:
    """Who waits, in the order in which they will be called."""
    waiting = [t for t in outage.state.tickets.values() if t.step is Step.WAITING and t.service == service]
    return [t.number for t in sorted(waiting, key=lambda t: t.place)]


def page(outage: Outage) -> Page:
    return outage.machines[0].session.page


def held(outage: Outage) -> list[str]:
    return [paper.number for paper in outage.papers]


def test_two_kiosks_give_numbers_without_the_caller_and_everybody_is_called_as_they_came(
    outage: Outage,
) -> None:
    outage.takes(1, "transfer")
    outage.caller_stops()
    outage.settle(3)
    for kiosk in (1, 2, 2, 1):
        outage.passes(30)
        outage.takes(kiosk, "transfer")
    assert held(outage) == ["A001", "A980", "A960", "A961", "A981"]
    outage.caller_starts()
    outage.settle()
    outage.takes(2, "transfer")
    assert line(outage) == ["A001", "A980", "A960", "A961", "A981", "A002"]
    marked = [e.ticket for e in outage.events() if isinstance(e, TicketReserved) and e.offline]
    assert sorted(marked) == ["A960", "A961", "A980", "A981"]


def test_a_kiosk_that_is_cut_off_is_not_overtaken_by_one_that_is_not(outage: Outage) -> None:
    outage.machines[0].cut = True
    outage.settle(3)
    for kiosk in (2, 1, 2, 1):
        outage.passes(30)
        outage.takes(kiosk, "transfer")
    outage.machines[0].cut = False
    outage.settle()
    assert line(outage) == ["A001", "A980", "A002", "A981"]


def test_the_lease_ends_and_the_glass_says_so(outage: Outage) -> None:
    outage.caller_stops()
    outage.settle(3)
    for _ in range(21):
        outage.takes(1, "transfer")
    assert len(outage.papers) == 20
    assert page(outage) is Page.HOME, "other services go on"
    outage.passes((outage.now.replace(hour=18) - outage.now).total_seconds())
    outage.settle(2)
    assert page(outage) is Page.OUT


def test_yesterdays_numbers_are_told_and_stay_out_of_today(outage: Outage) -> None:
    outage.machines[0].cut = True
    outage.settle(3)
    outage.takes(1, "transfer")
    outage.passes(timedelta(days=1).total_seconds())
    outage.settle(2)
    outage.takes(1, "transfer")
    assert held(outage) == ["A980"], "the lease has ended with the day"
    outage.machines[0].cut = False
    outage.settle()
    told = [(e.day, e.tickets) for e in outage.events() if isinstance(e, TicketsOutdated)]
    assert told == [("2026-11-23", ("A980",))] and line(outage) == []
    outage.takes(1, "transfer")
    outage.machines[0].cut = True
    outage.settle(3)
    outage.takes(1, "transfer")
    assert held(outage) == ["A980", "A001", "A980"], "today's lease is another"


def test_power_fails_between_print_and_journal_and_the_paper_is_void(outage: Outage) -> None:
    outage.caller_stops()
    outage.settle(3)
    outage.machines[0].steps_left = 3  # the printer was asked, the number drawn, the paper printed
    outage.takes(1, "transfer")
    assert held(outage) == ["A980"]
    outage.settle(2)
    outage.takes(1, "transfer")
    assert held(outage) == ["A980", "A981"] and outage.void == {("2026-11-23", "A980")}
    outage.heals()
    assert line(outage) == ["A981"]


def test_a_journal_put_back_from_a_copy_gets_everything_again(outage: Outage) -> None:
    outage.journal_is_copied()
    outage.caller_stops()
    outage.settle(3)
    outage.takes(1, "transfer")
    outage.caller_starts()
    outage.settle()
    assert line(outage) == ["A980"]
    outage.disk_is_replaced()
    outage.heals()
    assert line(outage) == ["A980"], "what was handed over before is handed over again"


def test_a_new_disk_in_a_kiosk_gets_other_numbers(outage: Outage) -> None:
    outage.machines[0].cut = True
    outage.settle(3)
    outage.takes(1, "transfer")
    outage.kiosk_is_replaced(1)
    outage.settle(3)
    assert page(outage) is Page.OUT, "without a lease nothing is given"
    outage.machines[0].cut = False
    outage.settle()
    outage.machines[0].cut = True
    outage.settle(3)
    outage.takes(1, "transfer")
    assert held(outage) == ["A980", "A940"]


def test_what_was_used_is_leased_anew(outage: Outage) -> None:
    outage.caller_stops()
    outage.settle(3)
    for _ in range(15):
        outage.takes(1, "transfer")
    outage.caller_starts()
    outage.settle()
    book = outage.machines[0].books.book
    assert book.lease is not None
    ranges = [(part.first, part.last) for part in book.lease.numbers if part.service == "transfer"]
    assert book.known == 15 and ranges == [("A980", "A999")]
    outage.passes(700)
    outage.settle(2)
    book = outage.machines[0].books.book
    assert book.lease is not None
    ranges = [(part.first, part.last) for part in book.lease.numbers if part.service == "transfer"]
    assert ranges == [("A980", "A999"), ("A940", "A959")]


def test_a_full_disk_refuses_before_paper_is_printed(outage: Outage, monkeypatch: pytest.MonkeyPatch) -> None:
    outage.caller_stops()
    outage.settle(3)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("kiosk.diary.os.fsync", full)
        outage.takes(1, "transfer")
    assert held(outage) == []
    outage.takes(1, "transfer")
    assert held(outage) == ["A980"]
