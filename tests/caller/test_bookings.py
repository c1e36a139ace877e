"""The queue learns what the city's server tells, once; and a bad day of the server is counted, and never its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import serve as caller
from caller.bookings import Bookings, serve
from caller.messages import AppointmentBooked, CheckIn, ReserveTicket, Status
from config.schema import BookingServer as Promised
from config.schema import Hall
from drivers import clock
from drivers.booking import Trouble
from drivers.mqtt import Bus
from tests.caller.test_service import ask
from tests.drivers.bookingserver import BookingServer
from tests.serving import serving

NUMBER = "11010519491231002X"  # the example number of GB 11643


@pytest.fixture
def city() -> Iterator[BookingServer]:
    with BookingServer() as server:
        yield server


@pytest.fixture
def promised(city: BookingServer, tmp_path: Path) -> Promised:
    (tmp_path / "token").write_text("secret\n", "utf-8")
    return Promised(url=city.url, token_file=str(tmp_path / "token"), patience_seconds=1)


@pytest.fixture
def booked(ours: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hall]:
    """A hall on a Monday morning, with the key of its card readers."""
    monkeypatch.setenv("HALL_CLOCK", str(tmp_path / "clock"))
    clock.put(tmp_path / "clock", datetime(2026, 11, 23, 9, 0))
    (tmp_path / "key").write_bytes(b"a key of sixteen bytes and more")
    (tmp_path / "key").chmod(0o600)
    appointments = msgspec.structs.replace(ours.appointments, key_file=str(tmp_path / "key"))
    hall = msgspec.structs.replace(ours, appointments=appointments)
    with serving(caller, hall):
        yield hall


@pytest.fixture
def bus(booked: Hall) -> Iterator[Bus]:
    with Bus(booked.broker.host, booked.broker.port, booked.hall.id, "line") as bus:
        bus.subscribe("event/appointment-booked", "event/appointment-cancelled", "status/bookings")
        yield bus


def test_what_is_new_is_told_once(booked: Hall, bus: Bus, city: BookingServer, promised: Promised) -> None:
    line = Bookings(booked, promised, bus)
    city.books("BJ0001", "09:00", "2026-11-23", id_number=NUMBER)
    city.books("BJ0002", "09:10")  # no such slot
    city.books("BJ0003", "09:30", id_number="12345")  # no number
    city.bookings.append({"code": 7})
    line.turn()
    assert (line.counts.taken, line.counts.refused) == (1, 3)
    line.turn()
    assert (line.counts.taken, line.counts.refused) == (1, 4), "what is no booking has no name to be known by"
    assert ask(bus, CheckIn(id="1", code="BJ0001", kiosk="1")).ticket
    del city.bookings[1:]
    city.books("BJ0004", "10:00")
    line.turn()
    city.bookings[-1] = city.bookings[-1] | {"cancelled": True}
    city.books("BJ0005", "10:00", cancelled=True)  # never heard of
    line.turn()
    line.turn()
    assert (line.counts.taken, line.counts.cancelled) == (2, 1)
    assert set(city.tokens) == {"Bearer secret"}
    while not (told := bus.inbox.get(timeout=20)).topic.startswith("event/"):
        pass
    assert NUMBER.encode() not in told.payload


def test_a_bad_day_is_counted_and_the_queue_goes_on(
    booked: Hall, bus: Bus, city: BookingServer, promised: Promised
) -> None:
    line = Bookings(booked, promised, bus)
    for manner in ("garbage", "refuse", "drip"):
        city.manner = manner
        city.books("BJ" + manner, "09:30")
        line.turn()
    assert line.counts.troubles == {
        Trouble.GARBAGE: 1,
        Trouble.REFUSED: 1,
        Trouble.SLOW: 1,
        Trouble.DOWN: 0,
    }
    assert ask(bus, ReserveTicket(id="1", service="transfer")).done
    city.manner = "tell"
    line.turn()
    assert line.counts.taken == 3, "nothing is lost that is told again"


def test_the_process_says_how_it_goes(
    booked: Hall, bus: Bus, city: BookingServer, promised: Promised
) -> None:
    city.books("BJ0001", "09:30")
    stop, fed = threading.Event(), threading.Event()
    process = threading.Thread(target=serve, args=(booked, promised, stop, fed.set))
    process.start()
    try:
        seen: list[str] = []
        while not (seen and "取到 1 个预约" in seen[-1] and AppointmentBooked.__name__ in seen):
            delivery = bus.inbox.get(timeout=20)
            match delivery.topic:
                case "status/bookings":
                    seen.append(msgspec.json.decode(delivery.payload, type=Status).detail)
                case "event/appointment-booked":
                    msgspec.json.decode(delivery.payload, type=AppointmentBooked)
                    seen.insert(0, AppointmentBooked.__name__)
        assert fed.wait(20)
    finally:
        stop.set()
        process.join()
