"""What a day's history must not show, written without a look at the code that made it: it reads what was published,
what each device felt, and what was agreed with the hall, and nothing else."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from tests.display import lit
from tests.display.soundcard import Sound

SLACK = 1.0  # seconds from a decision to its sound, or from a snapshot to who reads it, on a loaded machine


@dataclass(frozen=True)
class Visitor:
    """What the hall was told of a ticket's visitor."""

    need: str = ""
    pager: int | None = None


@dataclass(frozen=True)
class Agreed:
    """What hall.toml says: a call's life and a silent one's silence in seconds, and where each window is heard."""

    lives: float
    silence: float
    card: dict[int, str]
    near: bool  # the cards are heard in each other's zones
    capcode: dict[int, str]


@dataclass
class Told:
    """One call and everything that was said of it, in order; moments in seconds since 1970."""

    id: str
    ticket: str
    window: int
    at: float
    reports: list[tuple[float, str, str, str]] = field(default_factory=list)  # when, channel, device, result
    alarms: int = 0
    alarmed: float = float("inf")  # when the first was raised
    over: float = float("inf")  # when the visitor came, was missed, or was called anew
    missed: bool = False

    def reached(self, channel: str = "") -> list[float]:
        return [at for at, told, _, result in self.reports if channel in ("", told) and _good(result)]

    def failed(self, channel: str) -> list[float]:
        return [at for at, told, _, result in self.reports if told == channel and _bad(result)]

    @property
    def channels(self) -> set[str]:
        """Whose last word, on any of its devices, is that it told of the call."""
        last = {(channel, device): result for _, channel, device, result in self.reports}
        return {channel for (channel, _), result in last.items() if _good(result)}


def _good(result: str) -> bool:
    return result in ("shown", "spoken", "vibrated")


def _bad(result: str) -> bool:
    return result in ("failed", "expired")


@dataclass
class History:
    """`events` as they were published, on the hall's clock, which is so many seconds `ahead`; `pages` (when, capcode,
    text) as a terminal sent them, `frames` as the signs' cards lit them, `signs` as they shine at the end."""

    agreed: Agreed
    visitors: dict[str, Visitor]
    events: list[dict[str, Any]] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    pages: list[tuple[float, str, str]] = field(default_factory=list)
    frames: list[lit.Frame] = field(default_factory=list)
    signs: dict[int, list[str]] = field(default_factory=dict)
    ahead: float = 0.0

    @cached_property
    def calls(self) -> dict[str, Told]:
        """Every call, oldest first."""
        found: dict[str, Told] = {}
        latest: dict[str, Told] = {}
        for event in self.events:
            at = datetime.fromisoformat(event["at"]).timestamp() - self.ahead
            match event["event"]:
                case "ticket-called":
                    if event["ticket"] in latest:
                        latest[event["ticket"]].over = at
                    told = Told(event["call"], event["ticket"], event["window"], at)
                    found[told.id] = latest[told.ticket] = told
                case "call-delivered" if event["call"] in found:
                    said = at, event["channel"], event["device"], event["result"]
                    found[event["call"]].reports.append(said)
                case "alarm-raised":
                    found[event["call"]].alarms += 1
                    found[event["call"]].alarmed = min(at, found[event["call"]].alarmed)
                case "ticket-served" | "ticket-missed" as end:
                    latest[event["ticket"]].over = at
                    latest[event["ticket"]].missed = end == "ticket-missed"
        return found

    def faults(self) -> list[str]:
        """Every breach, in words."""
        found = [
            *self._unheard(),
            *self._needs(),
            *self._let_down(),
            *self._sounds(),
            *self._too_early(),
            *self._order(),
        ]
        found += [*self._overlaps(), *self._pages(), *self._signs()]
        return [*found, *lit.faults(self.calls.values(), self.frames)]

    def visitor(self, call: Told) -> Visitor:
        return self.visitors.get(call.ticket, Visitor())

    def _unheard(self) -> Iterator[str]:
        for call in self.calls.values():
            if len(call.channels) < 2 and not call.alarms:
                yield f"{call.id}: reached {sorted(call.channels)}, and nobody was told"
            if call.alarms > 1:
                yield f"{call.id}: {call.alarms} alarms"
            if call.alarmed - call.at < self.agreed.lives and not any(_bad(r) for *_, r in call.reports):
                yield f"{call.id}: an alarm before its end, though nothing failed"

    def _needs(self) -> Iterator[str]:
        for call in self.calls.values():
            visitor = self.visitor(call)
            vibrated = call.reached("pager") or call.failed("pager")
            if visitor.need == "deaf" and visitor.pager and not vibrated and not call.alarms:
                yield f"{call.id}: cannot hear, and was not vibrated"
            spoken = call.reached("voice") or call.failed("voice")
            stayed = (
                call.over - call.at > self.agreed.lives
            )  # who felt the pager may come before the voice's turn
            if visitor.need == "blind" and not spoken and stayed and not call.alarms:
                yield f"{call.id}: cannot see, and was not spoken to"

    def _let_down(self) -> Iterator[str]:
        """Who did not come while the call lived was told of it in every way that they took, or it is said why not: a
        sign and a board beside it are no excuse for a voice that said nothing."""
        for call in self.calls.values():
            if call.over - call.at <= self.agreed.lives + SLACK:
                continue
            taken = ("voice",) if self.visitor(call).pager is None else ("pager", "voice")
            for channel in taken:
                if not call.reached(channel) and not call.failed(channel):
                    yield f"{call.id}: nobody came, and nothing was heard of the {channel}"

    def _sounds(self) -> Iterator[str]:
        """Each said to be spoken was heard once, from the right card, in time; and nothing else was."""
        heard: dict[tuple[str, int], list[Sound]] = defaultdict(list)
        for sound in self.sounds:
            heard[sound.ticket, sound.window].append(sound)
        named: dict[tuple[str, int], list[Told]] = defaultdict(list)
        for call in self.calls.values():
            named[call.ticket, call.window].append(call)
        for (ticket, window), sounds in heard.items():
            if (ticket, window) not in named:
                yield f"{ticket} to {window}: heard, and never called"
            for sound in sounds:
                if sound.card != self.agreed.card.get(window):
                    yield f"{ticket} to {window}: heard in {sound.card}"
        for name, calls in named.items():
            spoken = [(call, at) for call in calls for at in call.reached("voice")]
            for call in calls:
                if len(call.reached("voice")) > 1:
                    yield f"{call.id}: said to be spoken {len(call.reached('voice'))} times"
            if len(spoken) != len(heard[name]):
                yield f"{calls[-1].id}: said to be spoken {len(spoken)} times, heard {len(heard[name])} times"
                continue
            for (call, _), sound in zip(spoken, heard[name], strict=True):
                if sound.begun > call.at + self.agreed.lives + SLACK:
                    yield f"{call.id}: spoken {sound.begun - call.at:.1f} s late"
                if sound.begun > call.over + SLACK:
                    yield f"{call.id}: spoken {sound.begun - call.over:.1f} s after it was over"
                if sound.begun < call.at:
                    yield f"{call.id}: spoken before it was called"

    def _too_early(self) -> Iterator[str]:
        """A silent call's sound waits for the end of its silence, or for its pager's failure."""
        for call, sound in self._spoken():
            visitor = self.visitor(call)
            silent = visitor.pager is not None and visitor.need != "blind"
            early = sound.begun < call.at + self.agreed.silence - 0.1
            if silent and early and not [at for at in call.failed("pager") if at < sound.ended]:
                yield f"{call.id}: a sound {sound.begun - call.at:.1f} s after a silent call"

    def _spoken(self) -> Iterator[tuple[Told, Sound]]:
        """Calls that were heard, with their sound."""
        heard: dict[tuple[str, int], list[Sound]] = defaultdict(list)
        for sound in self.sounds:
            heard[sound.ticket, sound.window].append(sound)
        for call in self.calls.values():
            if call.reached("voice") and heard[call.ticket, call.window]:
                yield call, heard[call.ticket, call.window].pop(0)

    def _order(self) -> Iterator[str]:
        """What is aloud from its beginning, and met no trouble, is heard in the order of the calls."""
        lines: dict[str, list[tuple[Told, Sound]]] = defaultdict(list)
        for call, sound in self._spoken():
            visitor = self.visitor(call)
            if (visitor.pager is None or visitor.need == "blind") and not call.failed("voice"):
                lines[sound.card].append((call, sound))
        for line in lines.values():
            for before, after in pairwise(line):
                if before[1].begun > after[1].begun:
                    yield f"{after[0].id}: heard before {before[0].id}"

    def _overlaps(self) -> Iterator[str]:
        for one, other in pairwise(sorted(self.sounds, key=lambda sound: sound.begun)):
            if other.begun < one.ended and (self.agreed.near or one.card == other.card):
                yield f"{other.ticket} in {other.card}: over {one.ticket} in {one.card}"

    def _pages(self) -> Iterator[str]:
        """A pager that is said to have vibrated did, as often as it is said, and nobody's else; only a terminal that
        was lost while it sent may have sent what nobody knows of."""
        felt = Counter((capcode, text) for _, capcode, text in self.pages)
        said: Counter[tuple[str, str]] = Counter()
        lost: Counter[tuple[str, str]] = Counter()
        for call in self.calls.values():
            times = len(call.reached("pager"))
            visitor = self.visitor(call)
            if times and visitor.pager is None:
                yield f"{call.id}: vibrated, and there is no pager"
            elif times and visitor.pager is not None:
                said[self._page(call, visitor.pager)] += times
            if visitor.pager is not None:
                lost[self._page(call, visitor.pager)] += len(call.failed("pager"))
            if times > 2:
                yield f"{call.id}: vibrated {times} times"
        for name in felt | said:
            if not said[name] <= felt[name] <= said[name] + lost[name]:
                yield f"{name[1]} on {name[0]}: vibrated {felt[name]} times, said {said[name]} times"
        for call in self.calls.values():
            for at, channel, _, result in call.reports:
                if channel == "pager" and _good(result) and at > call.at + self.agreed.lives + SLACK:
                    yield f"{call.id}: vibrated {at - call.at:.1f} s late"

    def _page(self, call: Told, pager: int) -> tuple[str, str]:
        return self.agreed.capcode[pager], f"{call.ticket} -> {call.window}"

    def _signs(self) -> Iterator[str]:
        """In the end every sign shows whom its window serves, and nobody who was missed."""
        last = {call.window: call for call in self.calls.values()}
        for window, lines in self.signs.items():
            if window in last and (last[window].ticket in "".join(lines)) == last[window].missed:
                yield f"sign {window}: shows {lines} after {last[window].id}"
