"""Many mixed calls through the caller, the broker and the displays, while devices die and come back; and the checker of
their history, which must find whatever is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.schema import Hall
from tests.broker import Broker
from tests.display.busyhall import BusyHall, tallied
from tests.display.history import Agreed, History, Visitor
from tests.display.lit import Frame
from tests.display.soundcard import Ear, Sound

NINE = "2026-11-23T09:00:{:06.3f}+08:00"
BEGAN = 1795395600.0  # that moment, in seconds since 1970
AGREED = Agreed(lives=12, silence=4, card={3: "east", 9: "west"}, near=True, capcode={7: "1000007"})


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("count", [120, pytest.param(5000, marks=pytest.mark.long)])
def test_every_call_arrives_or_raises_its_alarm(
    hall: Hall, broker: Broker, tmp_path: Path, count: int
) -> None:
    with BusyHall(hall, broker, tmp_path, seed=count) as busy:
        history = busy.run(count)
        print(*tallied(history, busy), sep="\n")
    assert len(history.calls) >= count
    assert any(
        call.failed(channel) for call in history.calls.values() for channel in ("sign", "voice", "pager")
    )
    assert history.faults() == []


def test_an_ear_hears_what_was_said(tmp_path: Path) -> None:
    ear = Ear(("A", "零", "三", "请", "号", "到", "三号窗口"))
    ear.record(tmp_path)
    assert [ear.read(file) for file in tmp_path.glob("三号窗口.wav")] == [("三号窗口", 0, 0)]


# ---- a history of three calls, in which nothing is wrong ------------------------------------------------------


def event(kind: str, after: float, **more: Any) -> dict[str, Any]:
    return {"event": kind, "at": NINE.format(after), **more}


def called(ticket: str, window: int, after: float, attempt: int = 1) -> dict[str, Any]:
    return event("ticket-called", after, call=f"d-{ticket}-{attempt}", ticket=ticket, window=window)


def said(
    ticket: str, channel: str, device: str, result: str, after: float, attempt: int = 1
) -> dict[str, Any]:
    call = f"d-{ticket}-{attempt}"
    return event("call-delivered", after, call=call, channel=channel, device=device, result=result)


def came(ticket: str, after: float) -> dict[str, Any]:
    return event("ticket-served", after, ticket=ticket)


def heard(ticket: str, window: int, begun: float, ended: float, card: str = "") -> Sound:
    return Sound(card or AGREED.card[window], BEGAN + begun, BEGAN + ended, ticket, window, 2)


def well() -> History:
    """A001 is called aloud at window 3, A002 there by its pager, B001 at window 9 aloud."""
    events = [
        called("A001", 3, 0.0),
        said("A001", "sign", "sign-3", "shown", 0.1),
        called("B001", 9, 0.2),
        said("B001", "sign", "sign-9", "shown", 0.3),
        said("A001", "voice", "voice-east", "spoken", 1.0),
        said("B001", "voice", "voice-west", "spoken", 2.0),
        came("A001", 3.0),
        called("A002", 3, 5.0),
        said("A002", "sign", "sign-3", "shown", 5.1),
        said("A002", "pager", "pager-7", "vibrated", 5.2),
        came("A002", 6.0),
        came("B001", 7.0),
    ]
    return History(
        AGREED,
        {"A001": Visitor(), "A002": Visitor(pager=7), "B001": Visitor()},
        events,
        [heard("A001", 3, 0.5, 0.9), heard("B001", 9, 1.0, 1.9)],
        [(BEGAN + 5.2, "1000007", "A002 -> 3")],
        [lit(0.0, 3, "3号窗口"), lit(0.1, 3, "请A001号"), lit(0.3, 9, "请B001号"), lit(5.1, 3, "请A002号")],
        {3: ["请A002号", "到3号窗口"]},
    )


def lit(after: float, window: int, *lines: str) -> Frame:
    return Frame(BEGAN + after, window, lines)


def seen(*frames: Frame, without: str = "") -> Callable[[History], None]:
    """These frames more, and without those that show this."""

    def change(day: History) -> None:
        kept = [frame for frame in day.frames if not without or without not in frame.lines]
        day.frames = sorted([*kept, *frames], key=lambda frame: frame.at)

    return change


def again(*frames: Frame, shown: float) -> Callable[[History], None]:
    """A001 was called once more before it came, and is said to have been shown again."""

    def change(day: History) -> None:
        day.events.insert(6, called("A001", 3, 2.0, 2))
        day.events.insert(7, said("A001", "sign", "sign-3", "shown", shown, 2))
        day.events.insert(8, event("alarm-raised", 2.5, call="d-A001-2"))
        day.events.insert(8, said("A001", "voice", "voice-east", "failed", 2.4, 2))
        seen(*frames)(day)

    return change


def silent_then(*sounds: Sound, spoken: float = 6.5) -> Callable[[History], None]:
    def change(day: History) -> None:
        day.events.insert(10, said("A002", "voice", "voice-east", "spoken", spoken))
        day.sounds += sounds

    return change


def without(*kinds: str) -> Callable[[History], None]:
    """What these channels said of A001 is lost, and what was heard of it with it."""

    def change(day: History) -> None:
        day.events = [
            e for e in day.events if not (e.get("call") == "d-A001-1" and e.get("channel") in kinds)
        ]
        if "voice" in kinds:
            del day.sounds[0]

    return change


def stayed(ticket: str, lost: str) -> Callable[[History], None]:
    """Nobody came until the call was over; sign and board showed it, one channel kept silent and nobody was told."""

    def change(day: History) -> None:
        one = f"d-{ticket}-1"
        day.events = [
            e
            for e in day.events
            if not (e["event"] == "ticket-served" and e["ticket"] == ticket)
            and not (e.get("call") == one and e.get("channel") in ("pager", "voice"))
        ]
        day.sounds = [s for s in day.sounds if s.ticket != ticket]
        day.pages = [p for p in day.pages if not p[2].startswith(ticket)]
        day.events.append(said(ticket, "board", "board-main", "shown", 7.0))
        day.events += [said(ticket, c, c, "failed", 7.0) for c in ("pager", "voice") if c != lost]

    return change


def moved(ticket: str, begun: float, ended: float) -> Callable[[History], None]:
    def change(day: History) -> None:
        day.sounds = [
            replace(s, begun=BEGAN + begun, ended=BEGAN + ended) if s.ticket == ticket else s
            for s in day.sounds
        ]

    return change


def then(*events: dict[str, Any]) -> Callable[[History], None]:
    return lambda day: day.events.extend(events)


def visitor(ticket: str, of: Visitor) -> Callable[[History], None]:
    return lambda day: day.visitors.update({ticket: of})


def sound(*more: Sound) -> Callable[[History], None]:
    return lambda day: day.sounds.extend(more)


def test_a_good_day_has_no_fault() -> None:
    assert well().faults() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("sign", "voice"), "d-A001-1: reached [], and nobody was told"),
        (without("voice"), "d-A001-1: reached ['sign'], and nobody was told"),
        (sound(heard("A001", 3, 2.0, 2.4)), "d-A001-1: said to be spoken 1 times, heard 2 times"),
        (
            then(said("A001", "voice", "voice-east", "spoken", 8.0)),
            "d-A001-1: said to be spoken 2 times",
        ),
        (lambda day: day.sounds.clear(), "d-A001-1: said to be spoken 1 times, heard 0 times"),
        (sound(heard("C001", 3, 9.0, 9.4)), "C001 to 3: heard, and never called"),
        (moved("A001", 14.0, 14.4), "d-A001-1: spoken 14.0 s late"),
        (moved("A001", 5.0, 5.4), "d-A001-1: spoken 2.0 s after it was over"),
        (moved("B001", 0.7, 1.9), "B001 in west: over A001 in east"),
        (
            lambda day: (day.sounds.clear(), day.sounds.extend([heard("A001", 3, 0.5, 0.9, "west")])),
            "A001 to 3: heard in west",
        ),
        (silent_then(heard("A002", 3, 5.9, 6.4)), "d-A002-1: a sound 0.9 s after a silent call"),
        (visitor("A001", Visitor(need="blind", pager=7)), ""),
        (visitor("A002", Visitor(need="blind", pager=7)), ""),
        (
            lambda day: (visitor("A002", Visitor(need="blind", pager=7))(day), day.events.pop(10)),
            "d-A002-1: cannot see, and was not spoken to",
        ),
        (stayed("A001", "voice"), "d-A001-1: nobody came, and nothing was heard of the voice"),
        (stayed("A002", "voice"), "d-A002-1: nobody came, and nothing was heard of the voice"),
        (stayed("A002", "pager"), "d-A002-1: nobody came, and nothing was heard of the pager"),
        (visitor("A001", Visitor(need="deaf", pager=7)), "d-A001-1: cannot hear, and was not vibrated"),
        (
            then(event("alarm-raised", 9.0, call="d-A001-1")),
            "d-A001-1: an alarm before its end, though nothing failed",
        ),
        (then(*2 * [event("alarm-raised", 9.0, call="d-A001-1")]), "d-A001-1: 2 alarms"),
        (lambda day: day.pages.clear(), "A002 -> 3 on 1000007: vibrated 0 times, said 1 times"),
        (
            lambda day: day.pages.extend(day.pages),
            "A002 -> 3 on 1000007: vibrated 2 times, said 1 times",
        ),
        (seen(without="请A001号"), "d-A001-1: said to be shown, and its sign did not show it"),
        (
            seen(lit(2.0, 3, "请A001号"), without="请A001号"),
            "d-A001-1: said to be shown, and its sign did not show it",
        ),
        (
            seen(lit(0.1, 9, "请A001号"), without="请A001号"),
            "d-A001-1: said to be shown, and its sign did not show it",
        ),
        (then(said("A001", "sign", "sign-9", "shown", 0.4)), "d-A001-1: shown by sign-9"),
        (again(shown=2.1), ""),
        (again(lit(1.0, 3), shown=2.1), "d-A001-2: said to be shown, and its sign did not show it"),
        (again(lit(1.0, 3), lit(2.1, 3, "请A001号"), shown=2.1), ""),
        (seen(lit(9.0, 3, "正在办理", "A001")), "sign 3: lights A001, 4.0 s after its time"),
        (
            lambda day: (
                then(event("ticket-missed", 6.0, ticket="A002"))(day),
                seen(lit(8.0, 3, "A002"))(day),
            ),
            "sign 3: lights A002, 2.0 s after its time",
        ),
        (seen(lit(4.0, 3, "请A002号")), "sign 3: lights A002, and it was not called there"),
        (seen(lit(9.0, 9, "C001")), "sign 9: lights C001, and it was not called there"),
        (
            lambda day: day.signs.update({3: ["3号窗口", "综合"]}),
            "sign 3: shows ['3号窗口', '综合'] after d-A002-1",
        ),
    ],
)
def test_the_checker_finds_what_is_wrong(change: Callable[[History], Any], fault: str) -> None:
    day = well()
    change(day)
    found = day.faults()
    assert fault in found if fault else found == []


def test_the_checker_finds_calls_that_overtook_another() -> None:
    day = well()
    day.events.insert(2, called("A003", 3, 0.15))
    day.events.insert(4, said("A003", "voice", "voice-east", "spoken", 0.45))
    day.events.insert(4, said("A003", "sign", "sign-3", "shown", 0.45))
    day.sounds.insert(0, heard("A003", 3, 0.2, 0.4))
    seen(lit(0.2, 3, "请A003号"))(day)
    assert day.faults() == ["d-A003-1: heard before d-A001-1"]
