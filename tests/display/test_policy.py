"""Every call reaches the hall by two ways at least, and a silent one is silent until its pager has failed."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from caller.messages import Call, Channel, Report, Result
from config.schema import Hall
from display import policy
from tests.display.scenes import NINE, call, report

ESCALATES = timedelta(seconds=40)  # as the example hall says


def reports() -> st.SearchStrategy[Report]:
    return st.builds(
        lambda channel, result: report(channel, f"{channel}-x", result),
        st.sampled_from(Channel),
        st.sampled_from(Result),
    )


def calls() -> st.SearchStrategy[Call]:
    """Any call of the example hall, live or not, young or expired."""
    return st.builds(
        lambda window, ago, pager, live, reports: call(
            "A012",
            window,
            ago,
            zone="west" if window in (2, 9, 10, 11, 12) else "east",
            pager=pager,
            live=live,
            reports=reports,
        ),
        st.integers(1, 12),
        st.floats(0, 120),
        st.none() | st.integers(1, 30),  # the hall has twenty
        st.booleans(),
        st.lists(reports(), max_size=4),
    )


def channels(hall: Hall, told: Call) -> set[Channel]:
    return {channel for channel in Channel if policy.due(told, channel, hall, NINE)}


@given(told=calls())
def test_every_live_call_goes_two_ways_or_more_and_one_of_them_calls_the_visitor(
    hall: Hall, told: Call
) -> None:
    if told.live and told.expires > NINE:
        due = channels(hall, told)
        assert len(due) >= 3
        assert due & {Channel.VOICE, Channel.PAGER}


@given(told=calls())
def test_a_silent_call_makes_no_sound_before_its_escalation(hall: Hall, told: Call) -> None:
    if told.pager is not None and told.pager <= 20 and Channel.VOICE in channels(hall, told):
        last = next((r.result for r in reversed(told.reports) if r.channel is Channel.PAGER), None)
        assert last in (Result.FAILED, Result.EXPIRED) or NINE - told.at >= ESCALATES


@given(told=calls())
def test_nothing_is_said_of_a_call_that_is_over(hall: Hall, told: Call) -> None:
    if not told.live or told.expires <= NINE:
        assert channels(hall, told) == {Channel.BOARD, Channel.SIGN}


def test_a_visitor_without_a_pager_is_called_aloud(hall: Hall) -> None:
    assert channels(hall, call("A001", 3)) == {Channel.BOARD, Channel.SIGN, Channel.VOICE}


def test_a_visitor_with_a_pager_is_called_silently(hall: Hall) -> None:
    assert channels(hall, call("A001", 3, pager=7)) == {Channel.BOARD, Channel.SIGN, Channel.PAGER}


@pytest.mark.parametrize("result", [Result.FAILED, Result.EXPIRED])
def test_the_voice_takes_over_from_a_pager_that_failed(hall: Hall, result: Result) -> None:
    told = call("A001", 3, pager=7, reports=[report(Channel.PAGER, "pager-7", result)])
    assert Channel.VOICE in channels(hall, told)


def test_a_pager_that_vibrated_in_the_end_keeps_the_hall_quiet(hall: Hall) -> None:
    said = [
        report(Channel.PAGER, "pager-7", Result.FAILED),
        report(Channel.PAGER, "pager-7", Result.VIBRATED),
    ]
    assert Channel.VOICE not in channels(hall, call("A001", 3, pager=7, reports=said))


def test_a_pager_that_the_hall_does_not_have_tells_nobody(hall: Hall) -> None:
    assert channels(hall, call("A001", 3, pager=99)) == {Channel.BOARD, Channel.SIGN, Channel.VOICE}
    without = msgspec.structs.replace(hall, pager_terminal=None)
    assert Channel.VOICE in channels(without, call("A001", 3, pager=7))


def test_a_zone_without_loudspeaker_is_never_waited_for(hall: Hall) -> None:
    quiet = msgspec.structs.replace(hall, voice=())
    assert channels(quiet, call("A001", 3)) == {Channel.BOARD, Channel.SIGN}


def test_a_board_of_the_west_does_not_show_the_east(hall: Hall) -> None:
    west = msgspec.structs.replace(hall, board=(msgspec.structs.replace(hall.board[0], zones=("west",)),))
    assert Channel.BOARD not in channels(west, call("A001", 3, zone="east"))
    assert Channel.BOARD in channels(west, call("D001", 9, zone="west"))


def test_a_board_that_shows_the_way_has_no_place_for_a_call(hall: Hall) -> None:
    way = msgspec.structs.replace(hall, board=(msgspec.structs.replace(hall.board[0], layout="sign"),))
    assert Channel.BOARD not in channels(way, call("A001", 3))


def test_a_call_is_told_once_by_each_device_and_again_after_a_failure() -> None:
    spoken = call("A001", 3, reports=[report(Channel.VOICE, "voice-east", Result.SPOKEN)])
    assert policy.told(spoken, Channel.VOICE, "voice-east")
    assert not policy.told(spoken, Channel.VOICE, "voice-west")
    assert not policy.told(spoken, Channel.SIGN, "voice-east")
    failed = call("A001", 3, reports=[report(Channel.VOICE, "voice-east", Result.FAILED)])
    assert not policy.told(failed, Channel.VOICE, "voice-east")


def test_what_was_only_received_has_still_to_be_told(hall: Hall) -> None:
    had = [
        report(Channel.VOICE, "voice-east", Result.RECEIVED),
        report(Channel.PAGER, "pager-7", Result.RECEIVED),
    ]
    waiting = call("A001", 3, pager=7, reports=had)
    assert not policy.told(waiting, Channel.VOICE, "voice-east") and not policy.reached(waiting)
    assert not policy.pager_failed(waiting) and not policy.alarm(waiting, hall, NINE)


def test_a_call_expires_at_its_moment(hall: Hall) -> None:
    told = call("A001", 3)
    assert policy.due(told, Channel.VOICE, hall, told.expires - timedelta(milliseconds=1))
    assert not policy.due(told, Channel.VOICE, hall, told.expires)
