"""Whatever a hall's rules are: two channels or an alarm, silence until its end, and the visitor's need above all."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from caller.messages import Call, Channel, Need, Report, Result
from config.calling import Act, Calling, Stage, Wish
from config.schema import Hall
from display import policy
from tests.display.scenes import NINE, call, report

SECOND = timedelta(seconds=1)
NOON = NINE.replace(hour=12, minute=10)
WEST = (2, 9, 10, 11, 12)


def rules() -> st.SearchStrategy[Calling]:
    stages = st.lists(
        st.builds(Stage, act=st.sampled_from(Act), after_seconds=st.integers(0, 59)), min_size=1, max_size=4
    )
    return st.builds(
        Calling,
        name=st.just("规矩"),
        zones=st.sampled_from([(), ("east",), ("west",)]),
        services=st.sampled_from([(), ("transfer",), ("search",)]),
        hours=st.sampled_from([(), ("12:00-13:30",), ("09:00-10:00",)]),
        wish=st.sampled_from(Wish),
        stages=stages.map(tuple),
        aloud_from_attempt=st.sampled_from([0, 2, 3]),
    )


def halls(hall: Hall) -> st.SearchStrategy[Hall]:
    """The example hall with other rules, and perhaps without boards, signs, voices or pagers."""
    return st.builds(
        lambda calling, lacks: msgspec.structs.replace(
            hall, calling=tuple(calling), **dict.fromkeys(lacks, ())
        ),
        st.lists(rules(), max_size=4),
        st.sets(st.sampled_from(["board", "sign", "voice"]), max_size=2),
    )


def visitors() -> st.SearchStrategy[Call]:
    reported = st.builds(
        lambda channel, result: report(channel, f"{channel}-x", result),
        st.sampled_from(Channel),
        st.sampled_from(Result),
    )
    return st.builds(
        lambda window, pager, need, attempt, reports, now, service: msgspec.structs.replace(
            call(
                "A012",
                window,
                now=now,
                zone="west" if window in WEST else "east",
                pager=pager,
                need=need,
                attempt=attempt,
                reports=reports,
            ),
            service=service,
        ),
        st.integers(1, 12),
        st.none() | st.integers(1, 22),  # the hall has twenty
        st.sampled_from(Need),
        st.integers(1, 4),
        st.lists(reported, max_size=4),
        st.sampled_from([NINE, NOON]),
        st.sampled_from(["transfer", "search"]),
    )


def working() -> st.SearchStrategy[set[Channel]]:
    """Each channel works in every other hall: sets of a strategy's own are mostly small."""
    return st.tuples(*[st.booleans()] * len(Channel)).map(
        lambda each: {channel for channel, works in zip(Channel, each, strict=True) if works}
    )


def moments(told: Call, seconds: int = 61) -> list[datetime]:
    return [told.at + n * SECOND for n in range(seconds)]


def told_of(told: Call, hall: Hall, now: datetime) -> set[Channel]:
    return {channel for channel in Channel if policy.due(told, channel, hall, now)}


@settings(max_examples=60)
@given(data=st.data())
def test_every_call_reaches_two_channels_or_raises_an_alarm(hall: Hall, data: st.DataObject) -> None:
    """Whatever the devices answer: told of by each channel as soon as it is due, it works or it does not."""
    ours, told = data.draw(halls(hall)), msgspec.structs.replace(data.draw(visitors()), reports=())
    works = data.draw(working())
    said: list[Report] = []
    for now in moments(told):
        now_told = msgspec.structs.replace(told, reports=tuple(said))
        for channel in told_of(now_told, ours, now) - {r.channel for r in said}:
            said.append(report(channel, f"{channel}-x", Result.SHOWN if channel in works else Result.FAILED))
    last = msgspec.structs.replace(told, reports=tuple(said))
    reached = {r.channel for r in said if r.result.reached}
    perceived = {
        Need.NONE: reached,
        Need.DEAF: reached & {Channel.PAGER, Channel.PHONE},
        Need.BLIND: reached & {Channel.VOICE, Channel.PAGER},
    }[told.need]
    assert policy.alarm(last, ours, told.expires) == (len(reached) < 2 or not perceived)


@pytest.mark.parametrize(
    ("need", "told", "alarm"),
    [
        (Need.NONE, (Channel.BOARD, Channel.SIGN), False),
        (Need.NONE, (Channel.VOICE,), True),
        (Need.DEAF, (Channel.BOARD, Channel.SIGN, Channel.VOICE), True),
        (Need.DEAF, (Channel.SIGN, Channel.PAGER), False),
        (Need.DEAF, (Channel.SIGN, Channel.PHONE), False),
        (Need.BLIND, (Channel.BOARD, Channel.SIGN), True),
        (Need.BLIND, (Channel.SIGN, Channel.VOICE), False),
        (Need.BLIND, (Channel.SIGN, Channel.PAGER), False),
    ],
)
def test_what_a_visitor_cannot_perceive_does_not_count(
    hall: Hall, need: Need, told: tuple[Channel, ...], alarm: bool
) -> None:
    said = [report(c, f"{c}-x", Result.SHOWN if c in told else Result.FAILED) for c in Channel]
    ours = call("A001", 3, pager=7, need=need, reports=said)
    assert policy.alarm(ours, hall, ours.at) is policy.alarm(ours, hall, ours.expires) is alarm


def test_who_cannot_hear_and_has_no_pager_may_have_a_phone_that_shakes(hall: Hall) -> None:
    shown = [report(c, f"{c}-x", Result.SHOWN) for c in (Channel.BOARD, Channel.SIGN, Channel.VOICE)]
    told = call("A001", 3, need=Need.DEAF, reports=shown)
    assert not policy.alarm(told, hall, told.at), "its page may be open"
    assert policy.alarm(told, hall, told.expires)


@settings(max_examples=60)
@given(data=st.data())
def test_a_silent_call_is_silent_until_its_own_rule_or_its_pager_ends_the_silence(
    hall: Hall, data: st.DataObject
) -> None:
    ours, told = data.draw(halls(hall)), data.draw(visitors())
    if not policy.silent(ours, told) or told.need is Need.BLIND or policy.pager_failed(told):
        return
    rule = policy.rule_of(told, ours)
    if rule.aloud_from_attempt and told.attempt >= rule.aloud_from_attempt:
        return
    voices = [s.after_seconds for s in rule.stages if s.act is Act.VOICE]
    silence = min(voices, default=10_000) * SECOND
    for now in moments(told):
        assert not (Channel.VOICE in told_of(told, ours, now) and now - told.at < silence)


@settings(max_examples=60)
@given(data=st.data())
def test_who_cannot_see_is_spoken_to_and_who_cannot_hear_is_vibrated_at_once(
    hall: Hall, data: st.DataObject
) -> None:
    ours, told = data.draw(halls(hall)), data.draw(visitors())
    if told.need is Need.BLIND and ours.voice:
        assert Channel.VOICE in told_of(told, ours, told.at)
    if told.need is Need.DEAF and policy.silent(ours, told):
        assert Channel.PAGER in told_of(told, ours, told.at)


@settings(max_examples=60)
@given(data=st.data())
def test_a_pager_that_did_not_arrive_makes_room_at_once(hall: Hall, data: st.DataObject) -> None:
    ours, told = data.draw(halls(hall)), data.draw(visitors())
    spoken = any(act is Act.VOICE for act, _ in policy.acts(told, ours))
    failed = msgspec.structs.replace(told, reports=(report(Channel.PAGER, "pager-7", Result.FAILED),))
    if spoken and ours.voice:
        assert Channel.VOICE in told_of(failed, ours, told.at)


@settings(max_examples=60)
@given(data=st.data())
def test_one_loudspeaker_speaks_of_a_call_and_it_is_its_own_zones(hall: Hall, data: st.DataObject) -> None:
    ours, told = data.draw(halls(hall)), data.draw(visitors())
    speaks = policy.voice_of(ours, told.zone)
    assert speaks is None if not ours.voice else speaks is not None and speaks.zones == (told.zone,)
    if Channel.VOICE in told_of(told, ours, told.at + 59 * SECOND):
        assert speaks is not None


@settings(max_examples=60)
@given(data=st.data())
def test_nobody_looks_in_vain_nor_too_late(hall: Hall, data: st.DataObject) -> None:
    """Who looks again only when told to sees everything that somebody who always looks sees."""
    ours, told = data.draw(halls(hall)), data.draw(visitors())
    channel = data.draw(st.sampled_from([Channel.VOICE, Channel.PAGER]))
    again: datetime | None = told.at
    seen: tuple[object, ...] = ()
    for now in moments(told):
        truth = policy.due(told, channel, ours, now), policy.vibrations(told, ours, now)
        if channel is Channel.VOICE:
            truth = (truth[0], ())
        if again is not None and again <= now:
            seen, again = truth, policy.look_again(told, channel, ours, now)
        assert seen == truth


def test_the_pager_vibrates_again_then_the_voice_speaks(hall: Hall) -> None:
    told = call("A001", 3, pager=7)
    at = {n: policy.vibrations(told, hall, told.at + n * SECOND) for n in (0, 24, 25)}
    assert at == {0: ("pager-7",), 24: ("pager-7",), 25: ("pager-7", "pager-7-again")}
    assert [n for n in range(60) if policy.flashing(told, hall, told.at + n * SECOND)] == [15, 16, 17, 18, 19]
    assert policy.due_at(told, Channel.VOICE, hall) == told.at + 40 * SECOND


def test_a_rule_is_for_its_zones_services_hours_and_visitors_and_the_first_that_fits_counts(
    hall: Hall,
) -> None:
    def rule(name: str, **of: object) -> Calling:
        return Calling(name=name, stages=(Stage(act=Act.VOICE),), **of)  # type: ignore[arg-type]

    ours = msgspec.structs.replace(
        hall,
        calling=(
            rule("西区", zones=("west",)),
            rule("查询", services=("search",)),
            rule("午间", hours=("12:00-13:30",)),
            rule("拿牌的", wish=Wish.SILENT),
            rule("其他"),
        ),
    )
    searching = msgspec.structs.replace(call("A001", 3), service="search")
    told = [
        call("A001", 9, zone="west", now=NOON, pager=7),
        msgspec.structs.replace(searching, at=NOON),
        call("A001", 3, now=NOON),
        call("A001", 3, pager=7),
        call("A001", 3, now=NOON.replace(hour=13, minute=30)),
    ]
    assert [policy.rule_of(each, ours).name for each in told] == ["西区", "查询", "午间", "拿牌的", "其他"]


def test_noon_has_its_own_rule(hall: Hall) -> None:
    assert policy.rule_of(call("A001", 3, now=NOON), hall).times == 1
    assert policy.rule_of(call("A001", 3), hall).times == 0


def test_the_third_call_may_be_aloud_at_once(hall: Hall) -> None:
    patient = Calling(name="三遍", stages=(Stage(act=Act.PAGER),), aloud_from_attempt=3)
    ours = msgspec.structs.replace(hall, calling=(patient,))
    aloud = [policy.due(call("A001", 3, pager=7, attempt=n), Channel.VOICE, ours, NINE) for n in (1, 2, 3)]
    assert aloud == [False, False, True]


def test_a_rule_of_pagers_alone_speaks_to_who_has_none(hall: Hall) -> None:
    ours = msgspec.structs.replace(hall, calling=(Calling(name="只震动", stages=(Stage(act=Act.PAGER),)),))
    assert Channel.VOICE in told_of(call("A001", 3), ours, NINE)
    assert Channel.VOICE not in told_of(call("A001", 3, pager=7), ours, NINE + 59 * SECOND)


def test_a_hall_without_rules_still_calls(hall: Hall) -> None:
    bare = msgspec.structs.replace(hall, calling=())
    assert Channel.VOICE in told_of(call("A001", 3), bare, NINE)
    assert Channel.VOICE not in told_of(call("A001", 3, pager=7), bare, NINE)
