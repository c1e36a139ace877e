"""Any hall and anybody who comes to it, for hypothesis to think of."""

from __future__ import annotations

import dataclasses
from datetime import time
from itertools import cycle
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from caller.calendar import Calendar, Span
from caller.order import Seat
from caller.state import Numbering, Rules
from config.numbers import After
from tests.caller.oneday import LONG as NEVER
from tests.caller.oneday import RULES

WINDOWS = st.sampled_from(sorted(RULES.windows))
BUSY = st.sampled_from([3, 3, 3, 3, 4, 1, 5])  # most of a day happens where lines meet
PAGERS = st.sampled_from([None] * 8 + [7, 8, 99])
PERSONS = st.sampled_from([""] * 6 + ["one", "two"])
THEN = st.sampled_from([(), (), (), ("mortgage",), ("search", "transfer")])
PICKS = st.integers(0, 40)  # which of those who are there; the last pick is nobody
SERVICES = ["transfer", "mortgage", *RULES.services]
SOMEBODY = st.tuples(st.sampled_from(SERVICES), st.booleans(), PAGERS, PERSONS, THEN)
CROWD = st.lists(SOMEBODY, min_size=2, max_size=8)
Person = tuple[str, bool, int | None, str, tuple[str, ...]]
CLERKS = frozenset({"018", "021", "033"})
OFFICE = Calendar(
    ZoneInfo("Asia/Shanghai"), hours=(Span(time(8, 30), time(12)), Span(time(13, 30), time(17)))
)


@st.composite
def halls(draw: st.DrawFn) -> Rules:
    """Any hall: longest waits, preferences, quotas, numbers, hours, clerks, and how late is too late."""
    longest, quota = draw(st.sampled_from([(NEVER,), (35, 20, 10)])), draw(st.sampled_from([0, 0, 4]))
    letter, one_clerk = draw(st.sampled_from(["D", "B"])), draw(st.booleans())
    waits = dict(zip(RULES.services, cycle(longest), strict=False))
    services = {
        name: dataclasses.replace(one, longest_wait=waits[name]) for name, one in RULES.services.items()
    }
    services["search"] = dataclasses.replace(services["search"], letter=letter, quota=quota)
    then = draw(st.sampled_from([(), (), ("search",), ("mortgage", "search")]))
    services["transfer"] = dataclasses.replace(services["transfer"], one_clerk=one_clerk, then=then)
    tier = draw(st.sampled_from([1, 2]))
    windows = {
        n: Seat(n, {s: tier if s == "transfer" else 1 for s in seat.services}, seat.prefers_priority)
        for n, seat in RULES.windows.items()
    }
    return dataclasses.replace(
        RULES,
        services=services,
        windows=windows,
        clerks=draw(st.sampled_from([frozenset[str](), CLERKS])),
        numbering=draw(
            st.sampled_from(
                [
                    Numbering(),
                    Numbering(),
                    Numbering(998),
                    Numbering(998, after=After.WIDEN),
                    Numbering(3, 4, after=After.WRAP),
                ]
            )
        ),
        calendar=draw(st.sampled_from([None, None, OFFICE])),
        overtime_minutes=10**6,  # the last number of a day has tests of its own
        priority_in_a_row=draw(st.integers(1, 3)),
        calls_before_no_show=draw(st.sampled_from([1, 3])),
        seconds_between_calls=draw(st.sampled_from([0, 0, 20])),
        return_within_numbers=draw(st.sampled_from([0, 2, 5])),
        return_within_minutes=draw(st.sampled_from([0, 15, 30])),
        return_behind=draw(st.integers(0, 2)),
    )
