"""What a zone will say soon is made ready before anybody waits for it, so that a call never waits for synthesis.

That is: its windows, the numbers that follow those that were called, whoever may be called out of their order, and in
English whoever chose it. How somebody is addressed (`by_name`) is known only at the call, and is made then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from caller.messages import CallsState, HallState
from config.schema import Hall, Voice
from display import policy, saying
from display.policy import voice_of
from display.saying import ENGLISH, letters_of, rules_of, services_of
from drivers.speech import reading
from drivers.speech.ahead import Ahead
from drivers.speech.announcement import Speaker
from drivers.speech.reading import Language, Rules

AHEAD = 8  # numbers of each letter that are rendered before they are called


class Rehearsal:
    """One zone's, from entering to leaving. `see` returns at once."""

    def __init__(self, hall: Hall, voice: Voice, speaker: Speaker, english: Speaker | None) -> None:
        self.hall = hall
        self.voice = voice
        self.own = Ahead(speaker)
        self.english = Ahead(english) if english else None
        self._rules = rules_of(voice)
        self._letters = letters_of(hall, voice)
        self._services = services_of(hall, voice)
        self._expected: set[str] = set()  # who was about to be called, and in English
        self._foreign: set[str] = set()
        self._called: set[str] = set()  # calls whose followers are being rendered
        self._threads = ExitStack()

    def __enter__(self) -> Self:
        for ahead in filter(None, (self.own, self.english)):
            self._threads.enter_context(ahead)
        self.own.want(likely(self.hall, self.voice))
        if self.english:
            self.english.want(windows(self.hall, self.voice, ENGLISH))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.close()

    def see(self, said: HallState | CallsState) -> None:
        if isinstance(said, HallState):
            self._expect(said)
        else:
            self._follow(said)

    def _expect(self, hall: HallState) -> None:
        """Numbers that are being printed, the next of each line, and everybody who chose English: they are here, and go
        before whoever only may come."""
        printed = (ticket for ticket, _ in hall.reserved if ticket[0] in self._letters)
        heads = (ticket for line in hall.services if line.id in self._services for ticket in line.next)
        expected = dict.fromkeys((*printed, *heads))
        self.own.want(
            (reading.who(ticket, self._rules) for ticket in expected if ticket not in self._expected),
            first=True,
        )
        self._expected = set(expected)
        if self.english is None:
            return
        foreign = [
            ticket
            for ticket, language in hall.languages
            if language == Language.ENGLISH and (ticket[0] in self._letters or ticket in expected)
        ]
        self.english.want(
            (reading.who(ticket, ENGLISH) for ticket in foreign if ticket not in self._foreign), first=True
        )
        self._foreign = set(foreign)

    def _follow(self, said: CallsState) -> None:
        live = sum(call.live for call in said.calls)
        for call in said.calls:
            if call.id in self._called or voice_of(self.hall, call.zone) != self.voice:
                continue
            self.own.want(following(call.ticket, self._rules))
            if live >= policy.rule_of(call, self.hall).busy_from:
                self.own.want(saying.halves(call, self._rules, short=True))
        self._called = {call.id for call in said.calls}


def likely(hall: Hall, voice: Voice) -> Iterator[str]:
    """What this zone will say today: every window, and the first numbers of every letter."""
    rules = rules_of(voice)
    yield from windows(hall, voice, rules)
    for number in range(1, AHEAD + 1):
        for letter in letters_of(hall, voice):
            yield reading.who(f"{letter}{number:03}", rules)


def windows(hall: Hall, voice: Voice, rules: Rules) -> Iterable[str]:
    return (reading.where(w.number, rules) for w in hall.window if w.zone in voice.zones)


def following(ticket: str, rules: Rules) -> Iterator[str]:
    """The numbers that will be called after this one."""
    letter, number = ticket[0], int(ticket[1:])
    width = len(ticket) - 1
    for ahead in range(number + 1, number + 1 + AHEAD):
        yield reading.who(f"{letter}{ahead:0{width}}", rules)
