"""Whatever the city's booking server does, the question ends in time, with a list or with a reason."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.booking import NoList, Trouble, ask, read
from tests.drivers.bookingserver import BookingServer

KEYS = st.sampled_from(["bookings", "cursor", "code"])
JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner)
)


@pytest.fixture
def city() -> Iterator[BookingServer]:
    with BookingServer() as server:
        yield server


def test_a_list_is_read_and_the_cursor_goes_back(city: BookingServer) -> None:
    city.cursors = True
    city.books("BJ0001", "09:00", id_number="x")
    first = ask(city.url, "", token="secret")
    city.books("BJ0002", "09:30", cancelled=True)
    second = ask(city.url, first.cursor, token="secret")
    assert [one.fields["code"] for one in first.bookings] == ["BJ0001"]
    assert first.bookings[0].fields["id_number"] == "x" and not first.bookings[0].cancelled
    assert [(one.fields["code"], one.cancelled) for one in second.bookings] == [("BJ0002", True)]
    assert city.asked == ["", "1"] and city.tokens == ["Bearer secret"] * 2


@pytest.mark.parametrize(
    ("manner", "trouble"),
    [
        ("garbage", Trouble.GARBAGE),
        ("refuse", Trouble.REFUSED),
        ("redirect", Trouble.REFUSED),
        ("hang", Trouble.SLOW),
        ("drip", Trouble.SLOW),
    ],
)
def test_a_bad_day_has_a_name(city: BookingServer, manner: str, trouble: Trouble) -> None:
    city.manner = manner
    for n in range(1, 9):
        city.books(f"BJ000{n}", "09:00")
    with pytest.raises(NoList) as no:
        ask(city.url, "", patience=0.5)
    assert no.value.trouble is trouble
    if manner == "drip":
        assert city.left.wait(20), "it was listened to until its end"


def test_nobody_there_is_down() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(NoList) as no:
            ask(url, "", patience=2)
    assert no.value.trouble is Trouble.DOWN


def test_what_is_no_booking_is_counted_and_the_others_are_taken() -> None:
    good = {"code": "BJ0001", "service": "transfer", "day": "2026-11-24", "time": "09:00"}
    page = read(json.dumps({"bookings": [good, 7, {}, {"code": 1}, {**good, "time": 9}]}).encode())
    assert page is not None
    assert (len(page.bookings), page.bad, page.cursor) == (1, 4, "")


@given(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_from_outside_raise(payload: bytes) -> None:
    page = read(payload)
    assert page is None or page.bad >= 0
