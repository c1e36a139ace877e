"""A day script is read whole into frozen steps; nothing here plays it.

One line is one step: a time, who, what they do, and after `->` what must be seen then. Two players play the same
steps: one on the queue alone (test_days.py), one on the whole hall with its wires (play.py). A line that nobody
could play is an error with its number, never skipped.

    # comment
    hall config/hall.toml ; seconds_between_calls 1 ; only queue
    09:00     kiosk 1 touches 转移登记 as 军人 with pager 7 twice   -> ticket A001, 0 ahead, pager 7
    09:01:30  window 3 presses transfer 8                          -> window 3 idle
    09:02     window 3 presses next, repeated                      -> refused nobody-waiting
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import NamedTuple

from caller.messages import Park, Reason

NUMBERED = {"kiosk", "window", "printer", "sign"}
HAPPENINGS = {
    "kiosk": (),
    "window": (),
    "printer": ("runs out of paper", "has paper for half a ticket", "gets paper"),
    "pager terminal": ("reaches nobody", "reaches everybody"),
    "caller": ("is killed and started again",),
}
KEYS: dict[str, tuple[str, ...] | None] = {  # a key and what may stand after it; None is any one word
    "next": (),
    "call": None,
    "recall": (),
    "serve": (),
    "finish": (),
    "no-show": (),
    "park": tuple(Park),
    "resume": None,
    "transfer": None,
    "open": None,
    "pause": None,
    "close": (),
}
NEVER_ALONE = {"call", "transfer"}
SUBJECTS = {  # what can be expected, and how many words may follow it
    "ticket": (1, 1),  # a number: what the visitor holds, or who is at the window now; "-" for nobody
    "held": (1, 1),  # a number that was given and is not on paper
    "ahead": (1, 1),  # written "2 ahead"
    "priority": (0, 0),  # the ticket is of a priority group
    "pager": (1, 1),  # the pager lent, or called; "-" for none
    "voice": (1, 1),  # what is spoken; "-" for nothing
    "board": (1, 2),  # the latest call, number and window; "-" if this step called nobody
    "sign": (1, 2),  # its lines
    "window": (1, 2),  # open, paused, closed, idle, calls A001, serves A001
    "parked": (0, 9),  # who is parked at the window that acts
    "waiting": (2, 2),  # service and how many
    "refused": (1, 1),  # a reason
    "kiosk": (2, 2),  # shows PAGE: only the glass knows
    "printer": (2, 2),  # shows 补打: only the paper knows
}
STEP = re.compile(r"(?P<at>\d\d:\d\d(?::\d\d)?)\s+(?P<doing>.*?)(?:\s+->\s*(?P<seen>.+))?")
TOUCH = re.compile(
    r"touches (?P<service>\S+)(?: as (?P<group>\S+))?(?: with pager (?P<pager>\d+))?(?P<twice> twice)?"
)
PRESS = re.compile(r"presses (?P<key>[a-z-]+)(?: (?P<argument>[^,\s]+))?(?P<repeated>, repeated)?")
WORD = re.compile(r'"([^"]*)"|([^\s",]+)|(,)|(\S)')


class ScriptError(ValueError):
    """A line that nobody can play."""


@dataclass(frozen=True)
class Actor:
    kind: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.number}" if self.number else self.kind


@dataclass(frozen=True)
class Touch:
    """A visitor takes a number, in the hall's own words; `twice` is an impatient finger."""

    service: str
    group: str = ""
    pager: int | None = None
    twice: bool = False


@dataclass(frozen=True)
class Press:
    """A clerk's key; `repeated` means that the network says the same press twice."""

    key: str
    argument: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class Happen:
    """Something befalls a thing, in the words of HAPPENINGS."""

    what: str


class Expected(NamedTuple):
    """`subject` is a word of SUBJECTS, with a number where there are many: "sign 3"."""

    subject: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """`text` is the whole line as it is written."""

    line: int
    text: str
    at: time
    actor: Actor
    action: Touch | Press | Happen
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Day:
    """`hall` is a hall.toml, from the project's root; `options` replace numbers of its [caller] table.
    `only` is "queue" where fingers cannot do what is written; the script's comment says why."""

    name: str
    hall: str
    options: tuple[tuple[str, int], ...]
    steps: tuple[Step, ...]
    only: str = ""


def load(path: Path) -> Day:
    return parse(path.stem, path.read_text("utf-8"))


def parse(name: str, script: str) -> Day:
    """The day of a script; raises ScriptError at the first line that cannot be played."""
    hall, only, options, steps = "config/hall.toml", "", dict[str, int](), list[Step]()
    for number, line in enumerate(script.splitlines(), 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        try:
            if text[0].isdigit():
                steps.append(_step(number, text))
                if len(steps) > 1 and steps[-1].at < steps[-2].at:
                    raise ScriptError("time goes back")
            elif steps:
                raise ScriptError("options stand before the first step")
            else:
                for option in text.split(";"):
                    key, _, value = option.strip().partition(" ")
                    if key == "hall":
                        hall = value.strip()
                    elif option.strip() == "only queue":
                        only = "queue"
                    else:
                        options[key] = int(value)
        except ValueError as error:
            raise ScriptError(f"{name}, line {number}: {error}: {text}") from None
    if not steps:
        raise ScriptError(f"{name}: nothing happens")
    return Day(name, hall, tuple(options.items()), tuple(steps), only)


def _step(number: int, text: str) -> Step:
    found = STEP.fullmatch(text)
    if not found:
        raise ScriptError("no step")
    actor, rest = _actor(found["doing"])
    action = _action(actor, rest)
    return Step(number, text, time.fromisoformat(found["at"]), actor, action, _expected(found["seen"] or ""))


def _actor(text: str) -> tuple[Actor, str]:
    kind = next((kind for kind in HAPPENINGS if text.startswith(kind + " ")), None)
    if kind is None:
        raise ScriptError("nobody acts")
    rest = text.removeprefix(kind).strip()
    if kind not in NUMBERED:
        return Actor(kind), rest
    number, _, rest = rest.partition(" ")
    return Actor(kind, int(number)), rest.strip()


def _action(actor: Actor, text: str) -> Touch | Press | Happen:
    if actor.kind == "kiosk" and (touch := TOUCH.fullmatch(text)):
        pager = int(touch["pager"]) if touch["pager"] else None
        return Touch(touch["service"], touch["group"] or "", pager, bool(touch["twice"]))
    if actor.kind == "window" and (press := PRESS.fullmatch(text)):
        key, argument = press["key"], press["argument"] or ""
        if key not in KEYS or (key in NEVER_ALONE and not argument):
            raise ScriptError(f"no key {key}" if key not in KEYS else f"{key} whom?")
        may = KEYS[key]
        if argument and may is not None and argument not in may:
            raise ScriptError(f"{key} with {argument}")
        return Press(key, argument, bool(press["repeated"]))
    if text in HAPPENINGS[actor.kind]:
        return Happen(text)
    raise ScriptError(f"a {actor.kind} cannot do that")


def _expected(text: str) -> tuple[Expected, ...]:
    parts: list[list[str]] = [[]]
    for quoted, plain, comma, stray in WORD.findall(text):
        if stray:
            raise ScriptError(f"a stray {stray}")
        if comma:
            parts.append([])
        else:
            parts[-1].append(plain or quoted)
    return () if parts == [[]] else tuple(map(_expectation, parts))


def _expectation(words: list[str]) -> Expected:
    if words[1:] == ["ahead"]:
        words = ["ahead", words[0]]
    subject, *values = words or [""]
    if subject not in SUBJECTS:
        raise ScriptError(f"nothing called {subject!r} can be seen")
    name = subject
    if subject in NUMBERED:
        if not values or not values[0].isdigit():
            raise ScriptError(f"which {subject}")
        name, values = f"{subject} {values[0]}", values[1:]
    least, most = SUBJECTS[subject]
    if not least <= len(values) <= most:
        raise ScriptError(f"{name} with {len(values)} words")
    if subject == "refused" and values[0] not in set(Reason):
        raise ScriptError(f"no reason {values[0]}")
    return Expected(name, tuple(values))
