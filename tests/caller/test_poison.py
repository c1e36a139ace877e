"""Whatever is written on the bus, the caller lives, answers and counts it; and what is true stays true."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caller import checkpoint
from caller.messages import COMMANDS, STATES, CallNext, ConfirmTicket, Reason, ReserveTicket, decode
from config.schema import Hall
from drivers.mqtt import Delivery
from tests.hostile import BRACKETS, PAYLOADS
from tests.quiet import QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
DATES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-23T08:30:00+08:00",
    "2026-11-23T09:30:00+08:00",
)
VALUES = st.sampled_from(
    [
        *(
            "",
            "A001",
            "A٠٠١",
            "transfer",
            "1",
            "kiosk-1",
            "\x00",
            "\ufeff",
            "x" * 64,
            "x" * 5000,
            "2026-11-23",
        ),
        *DATES,
        *(0, 1, 3, 7, 11, 99, -1, 2**63, 10**40, 1e308, True, None),
    ]
)
TICKET = st.fixed_dictionaries(
    {
        "seq": st.sampled_from([1, 2, 10**30]),
        "ticket": st.sampled_from(["A999", "A٩٩٩", "A001", "1", "99999"]),
        "service": st.sampled_from(["transfer", "x"]),
        "token": st.sampled_from(["t", "\x00", ""]),
        "at": st.sampled_from(DATES),
        "after": st.sampled_from(DATES),
    }
)
NESTED = st.one_of(
    VALUES,
    st.lists(VALUES, max_size=2),
    st.lists(TICKET, min_size=1, max_size=2),
    st.dictionaries(st.sampled_from(["code", "slot", "service"]), VALUES, max_size=3),
)


LIKELY: dict[str, list[object]] = {
    "window": [1, 3, 4, 99],
    "to_window": [3, 99],
    "ticket": ["A001", "A999", "1", "99999"],
    "service": ["transfer", "mortgage", ""],
    "kiosk": ["kiosk-1", "kiosk-2"],
    "pager": [7, 999],
    "until": [*DATES],
    "slot": [*DATES],
    "sent": [*DATES],
    "day": ["2026-11-23"],
    "book": ["b"],
    "code": ["BJ01", ""],
    "person": ["", "a" * 64],
    "mark": [1, 5],
    "minutes": [1, 480],
    "kind": ["waiting", "with-papers"],
    "condition": ["lost", "fine"],
    "channel": ["voice"],
    "result": ["failed", "spoken"],
    "take": ["good", "whole"],
    "why": ["", "urgent"],
}


def field(name: str) -> st.SearchStrategy[object]:
    """What belongs there, and now and then what somebody might put there."""
    if name == "tickets":
        return st.lists(TICKET, min_size=1, max_size=2)
    if name == "bookings":
        booking = {n: st.sampled_from(LIKELY[n]) for n in ("code", "service", "slot")}
        return st.lists(st.fixed_dictionaries(booking), max_size=2)
    likely = LIKELY.get(name, ["x"])
    return (
        st.sampled_from(likely * 3)
        if name in ("kiosk", "day")
        else st.one_of(*[st.sampled_from(likely)] * 5, NESTED)
    )


def written(name: str) -> st.SearchStrategy[tuple[str, bytes]]:
    """A command with its own fields."""
    kind = COMMANDS[name]
    must = {f.encode_name for f in msgspec.structs.fields(kind) if f.required} - {"id"}
    fields = {f: field(f) for f in kind.__struct_fields__ if f != "id"}
    some = st.fixed_dictionaries(
        {f: fields[f] for f in must}, optional={f: v for f, v in fields.items() if f not in must}
    )

    def told(values: Mapping[str, object], id: int) -> tuple[str, bytes]:
        return name, json.dumps({**values, "id": f"bad-{id}"}).encode()

    return st.builds(told, some, st.integers(0, 10**9))


BAD = st.one_of(
    st.tuples(st.sampled_from([*COMMANDS, "no-such-command", ""]), st.sampled_from(PAYLOADS)),
    *(written(name) for name in COMMANDS),
)


@pytest.fixture(scope="module")
def quiet(hall: Hall, tmp_path_factory: pytest.TempPathFactory) -> QuietHall:
    folder: Path = tmp_path_factory.mktemp("poison")
    return QuietHall(hall, folder / "journal.db", NINE)


def test_no_command_ends_the_caller_or_goes_unanswered(quiet: QuietHall) -> None:
    with quiet:

        @settings(max_examples=150, suppress_health_check=list(HealthCheck))
        @given(st.lists(BAD, min_size=1, max_size=8))
        def poisoned(bad: list[tuple[str, bytes]]) -> None:
            heard = len(quiet.ears.answers)
            quiet.caller.handle([Delivery(f"command/{name}", payload, "someone") for name, payload in bad])
            assert len(quiet.ears.answers) == heard + len(bad)

        poisoned()
        assert quiet.caller.malformed
        before = quiet.caller._state
        assert checkpoint.recall(quiet.journal, before.rules) == before, "what was answered is in the journal"
        taken = quiet.does(ReserveTicket(id="good-1", service="enterprise"))
        assert taken.ticket, taken
        assert quiet.does(ConfirmTicket(id="good-2", ticket=taken.ticket.number)).done
        serves = next(w.number for w in quiet.hall.window if "enterprise" in w.serves)
        called = quiet.does(CallNext(id="good-3", window=serves))
        assert called.ticket and called.ticket.number == taken.ticket.number, called


def test_moments_at_the_ends_of_time(quiet: QuietHall) -> None:
    """What cannot be reckoned is no reason to end: it is answered and counted like what cannot be read."""
    first, last = DATES[:2]
    ticket = {"seq": 1, "ticket": "A999", "service": "transfer", "token": "t", "at": first, "after": first}
    told = {
        "id": "ends",
        "kiosk": "kiosk-1",
        "book": "b",
        "day": "2026-11-23",
        "sent": last,
        "tickets": [ticket],
    }
    with quiet:
        before = quiet.caller.malformed
        quiet.caller.handle([Delivery("command/hand-over", json.dumps(told).encode(), "someone")])
        assert quiet.ears.answers[-1].reason is Reason.MALFORMED
        assert quiet.caller.malformed == before + 1


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_what_is_no_message_is_said_to_be_none(quiet: QuietHall, payload: bytes) -> None:
    with quiet:
        before = quiet.caller.malformed
        quiet.caller.handle([Delivery("command/call-next", payload, "someone")])
        assert quiet.ears.answers[-1].reason is Reason.MALFORMED
        assert quiet.caller.malformed == before + 1


@pytest.mark.parametrize("payload", [*PAYLOADS, BRACKETS], ids=range(len(PAYLOADS) + 1))
def test_only_one_kind_of_error_comes_of_reading(payload: bytes) -> None:
    """Every process counts MsgspecError and goes on; any other error would end it."""
    for kind in (*COMMANDS.values(), *STATES.values()):
        with pytest.raises(msgspec.MsgspecError):
            decode(payload, kind)
