"""Whatever voices a hall has and whoever is heard where: no two that hear each other speak at once, and none waits for
longer than the others speak. The hall is played on a clock of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import Voice
from display.turns import turns


@dataclass(frozen=True)
class Said:
    """A call of one voice, which could have begun when it was `ready`."""

    voice: str
    ready: int
    begun: int
    ended: int


@dataclass
class Mouth:
    """One voice: its calls, when each comes and how long it is; what it is about."""

    calls: list[tuple[int, int]]
    place: int | None = None  # in the line, while it waits or speaks
    ready: int = 0
    until: int | None = None  # while it speaks


def played(voices: list[Voice], calls: dict[str, list[tuple[int, int]]]) -> list[Said]:
    """The whole day: whoever has ended leaves, whoever has a call asks, whoever may begins."""
    shared, said, now = turns(voices), list[Said](), 0
    mouths = {voice.id: Mouth(sorted(calls[voice.id])) for voice in voices}
    while True:
        for name, mouth in mouths.items():
            if mouth.until == now:
                mouth.place = mouth.until = None
                shared[name].order.end()
        for name, mouth in mouths.items():
            if mouth.place is None and mouth.calls and mouth.calls[0][0] <= now:
                mouth.place, mouth.ready = shared[name].order.ask(), now
        for name, mouth in mouths.items():
            if mouth.place is not None and mouth.until is None and shared[name].order.may(mouth.place):
                _comes, lasts = mouth.calls.pop(0)
                mouth.until = now + lasts
                said.append(Said(name, mouth.ready, now, mouth.until))
        next_moments = [mouth.until for mouth in mouths.values() if mouth.until is not None]
        next_moments += [m.calls[0][0] for m in mouths.values() if m.place is None and m.calls]
        if not next_moments:
            return said
        now = min(next_moments)


@st.composite
def halls(draw: st.DrawFn) -> list[Voice]:
    """Rooms in a row, most of them open to the next, and here and there one that hears another far away. That two hear
    each other is written at either of them, or at both."""
    names = [f"v{n}" for n in range(draw(st.sampled_from((1, 2, 3, 4, 5, 6, 7))))]
    near: dict[str, set[str]] = {name: draw(st.sets(st.sampled_from(names), max_size=1)) for name in names}
    for one, other in pairwise(names):
        match draw(st.sampled_from(("wall", "here", "there", "here", "there", "both"))):
            case "here":
                near[one].add(other)
            case "there":
                near[other].add(one)
            case "both":
                near[one].add(other)
                near[other].add(one)
    voices = [Voice(id=n, zones=(n,), out="alsa:x", near=tuple(sorted(near[n]))) for n in names]
    return draw(st.permutations(voices))


def together(voices: list[Voice]) -> list[set[str]]:
    """Voices that hear each other, or somebody who does."""
    groups = [{voice.id} for voice in voices]
    for voice in voices:
        touched = [group for group in groups if group & {voice.id, *voice.near}]
        groups = [group for group in groups if group not in touched] + [set().union(*touched)]
    return groups


bursts = st.lists(st.tuples(st.integers(0, 20), st.integers(1, 12)), min_size=1, max_size=5)


@settings(max_examples=150)
@given(data=st.data())
def test_two_that_hear_each_other_never_speak_at_once_and_nobody_waits_longer_than_that(
    data: st.DataObject,
) -> None:
    voices = data.draw(halls())
    calls = {voice.id: data.draw(bursts) for voice in voices}
    said = played(voices, calls)
    assert len(said) == sum(map(len, calls.values())), "each is spoken, and once"
    heard = {frozenset((voice.id, other)) for voice in voices for other in voice.near}
    for one, other in combinations(said, 2):
        if one.voice == other.voice or frozenset((one.voice, other.voice)) in heard:
            assert one.ended <= other.begun or other.ended <= one.begun, (one, other)
    for group in together(voices):
        ours = sorted((each for each in said if each.voice in group), key=lambda each: each.begun)
        free = 0
        for each in ours:
            assert each.begun == max(each.ready, free), (
                "it begins as soon as it is ready and the others are still"
            )
            free = each.ended
        assert [each.ready for each in ours] == sorted(each.ready for each in ours), "in the order of asking"
