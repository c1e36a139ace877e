"""A real kiosk with a card reader and a scanner on its wires: what is held out counts, and what is personal stays in
the driver."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from caller.messages import (
    Answer,
    BookAppointment,
    TicketIssued,
    TicketReserved,
    TicketsFound,
    decode,
    encode,
    topic,
)
from drivers import clock
from tests import people
from tests.broker import Broker
from tests.kiosk.stage import Stage

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture(autouse=True)
def nine_o_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_CLOCK", str(tmp_path / "clock"))
    clock.put(tmp_path / "clock", NINE.replace(tzinfo=None))


def books(stage: Stage, code: str, service: str, person: str) -> None:
    slot = NINE + timedelta(minutes=30)
    command = BookAppointment(
        id=code,
        service=service,
        slot=slot,
        code=code,
        person=people.card_of(person),
        phone=people.phone_of(person),
    )
    assert decode(stage.bus.ask(topic(command), encode(command), 20), Answer).done


def test_what_visitors_hold_out_counts_and_no_number_leaves_the_driver(
    broker: Broker, tmp_path: Path
) -> None:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        books(stage, "BJ01", "transfer", "甲")
        books(stage, "BJ02", "mortgage", "乙")
        # a code from the first page
        stage.codes.do("scan", code="BJ01")
        stage.page("done")
        stage.touch("好了")
        stage.page("home")
        # a phone number, typed
        stage.touch("预约报到")
        stage.touch("输手机号")
        for left, figure in zip(range(10, -1, -1), people.phone("乙"), strict=True):
            stage.touch(figure)
            label = f"还差 {left} 位" if left else "报到"
            stage.until(lambda label=label: stage.shows(label), label)  # type: ignore[misc]
        stage.touch("报到")
        stage.page("done")
        stage.touch("好了")
        stage.page("home")
        # a card that moves, and then lies still
        stage.cards.do("fail_next", count=1)
        stage.lay("丙")
        stage.page("card")
        stage.touch("取号")
        stage.touch("查档 · 打证明")
        stage.touch("查档、打证明")
        stage.touch("取号")
        stage.page("done")
        stage.touch("好了")
        stage.page("home")
        # and the ticket is lost
        stage.cards.do("take_away")
        stage.lay("丙")
        stage.touch("号票丢了")
        stage.page("done")
        given = [event.ticket for event in stage.said("ticket-reserved")]
        assert [number[0] for number in given] == ["A", "B", "D"]
        first, second, third = stage.said("ticket-reserved")
        assert isinstance(first, TicketReserved) and first.appointment and second.appointment and third.person
        (found,) = stage.said("tickets-found")
        assert isinstance(found, TicketsFound) and found.tickets == (given[2],)
        reprint = stage.until(
            lambda: [e for e in stage.said("ticket-issued") if e.reprint], "the reprint in the journal"
        )
        assert isinstance(reprint[0], TicketIssued) and reprint[0].ticket == given[2]
        assert len(stage.papers()) == 4
        payloads = b"".join(payload for _, payload in stage.events)
    kept = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "id.key"
    )
    for person in "甲乙丙":
        for secret in (people.card(person)["number"], people.phone(person), people.card(person)["name"]):
            assert secret.encode() not in payloads and secret.encode() not in kept
        assert people.card_of(person).encode() not in kept, "the journal has a key of its own for each day"


def test_a_reader_that_is_pulled_out_is_told_of_and_numbers_are_given_still(
    broker: Broker, tmp_path: Path
) -> None:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        stage.until(lambda: stage.health.get("idcard-1") is True, "a reader that is there")
        stage.cards.do("die")
        stage.until(lambda: stage.health.get("idcard-1") is False, "a reader that is gone")
        stage.touch("买房卖房过户")
        stage.page("group")
        stage.cards.do("revive")
        stage.until(lambda: stage.health.get("idcard-1") is True, "a reader that is back")
        stage.lay("甲")
        stage.page("card")
