"""A day script is read whole into frozen steps; nothing here plays it.

One line is one step: a time, who, what they do, and after `->` what must be seen then. Two players play the same
steps: one on the queue alone (test_days.py), one on the whole hall with its wires (play.py). A line that nobody
could play is an error with its number, never skipped.

    # comment
    hall config/hall.toml ; seconds_between_calls 1 ; service.transfer.quota 2
    09:00     kiosk 1 touches 转移登记 as 军人 with pager 7 twice   -> ticket A001, 0 ahead, pager 7
    09:01     kiosk 1 touches 转移登记 as 听障 in English with pager 8
    09:01:30  window 3 presses transfer 8                          -> window 3 idle
    09:02     window 3 presses next, repeated                      -> refused nobody-waiting
    09:03     window 4 says call A001 because supervisor           -> board A001 4, rule by-hand
    09:04     desk gives 转移登记 to 甲 then 缴税 for 3 people       -> ticket A002
    09:05     desk books 转移登记 at 10:00 as BJ01 for 乙              -> booked 10:00
    09:20     kiosk 1 takes 抵押登记 with the card of 甲               -> ticket B001
    09:21     kiosk 1 prints again for the card of 甲                  -> ticket B001, printer 1 shows 补打
    09:25     kiosk 1 checks in the phone of 乙                        -> ticket A003
    09:30     desk checks in BJ01                                      -> ticket A003, 1 ahead
    09:31     clock goes back to 08:50

A pad has few keys: what a clerk `says`, and all that the desk does, goes in as a command of the hall's own systems.
"""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path

from caller.messages import Need, Reason, Why
from caller.order import Rule
from tests.daywords import (
    ACTORS_NUMBERED,
    HAPPENINGS,
    KEYS,
    NEEDS,
    NEVER_ALONE,
    NUMBERED,
    SUBJECTS,
    Action,
    Actor,
    Arrive,
    Book,
    CheckedIn,
    Day,
    Expected,
    Extend,
    Give,
    Handle,
    Happen,
    Open,
    Press,
    Step,
    Touch,
    Turn,
    Unbook,
)

__all__ = [
    "Actor",
    "Arrive",
    "Book",
    "CheckedIn",
    "Day",
    "Expected",
    "Extend",
    "Give",
    "Handle",
    "Happen",
    "Open",
    "Press",
    "ScriptError",
    "Step",
    "Touch",
    "Turn",
    "Unbook",
    "load",
    "parse",
]

STEP = re.compile(r"(?P<at>\d\d:\d\d(?::\d\d)?)\s+(?P<doing>.*?)(?:\s+->\s*(?P<seen>.+))?")
TOUCH = re.compile(
    r"touches (?P<service>\S+)(?: as (?P<group>\S+))?(?P<english> in English)?"
    r"(?: with pager (?P<pager>\d+))?(?P<twice> twice)?"
)
PRESS = re.compile(r"presses (?P<key>[a-z-]+)(?: (?P<argument>[^,\s]+))?(?P<repeated>, repeated)?")
SAY = re.compile(
    r"says (?P<key>[a-z-]+)(?: (?!for\b|because\b|at\b|and\b)(?P<argument>[^,\s]+))?"
    r"(?: for (?P<minutes>\d+) minutes)?(?: because (?P<why>[a-z-]+))?(?P<tail> at the tail)?(?P<back> and back)?"
    r"(?: with note (?P<note>\S+))?(?P<repeated>, repeated)?"
)
GIVE = re.compile(
    r"(?P<how>gives|reserves) (?P<service>\S+)(?: as (?P<group>\S+))?(?: to (?P<person>\S+))?"
    r"(?P<then>(?: then \S+)*)(?: for (?P<people>\d) people)?"
)
BOOK = re.compile(
    r"books (?P<service>\S+) at (?P<slot>\d\d:\d\d)(?P<later> on the next workday)? as (?P<code>\S+)"
    r"(?: for (?P<person>\S))?"
)
UNBOOK = re.compile(r"cancels booking (?P<code>\S+)")
CHECK_IN = re.compile(r"checks in (?P<who>\S+)")
HANDLE = re.compile(
    r"(?P<how>cancels|takes back|voids|confirms) (?P<ticket>\S+)(?P<forged> without its code)?"
)
ARRIVE = re.compile(
    r"checks in (?:the (?P<with>card|phone) of (?P<holder>\S)|(?P<code>\S+))"
    r"|takes (?P<service>\S+) with the card of (?P<taker>\S)"
    r"|prints again for the card of (?P<loser>\S)"
)
EXTEND = re.compile(r"extends hours to (?P<until>\d\d:\d\d)(?: for (?P<service>\S+))?")
TURN = re.compile(r"goes (?:back )?to (?P<to>\d\d:\d\d)(?P<later> on the next workday)?")
WORD = re.compile(r'"([^"]*)"|([^\s",]+)|(,)|(\S)')


class ScriptError(ValueError):
    """A line that nobody can play."""


def load(path: Path) -> Day:
    return parse(path.stem, path.read_text("utf-8"))


def parse(name: str, script: str) -> Day:
    """The day of a script; raises ScriptError at the first line that cannot be played."""
    hall, options, steps = "config/hall.toml", dict[str, str](), list[Step]()
    for number, line in enumerate(script.splitlines(), 1):
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if not text:
            continue
        try:
            if text[0].isdigit():
                steps.append(_step(number, text))
                if len(steps) > 1 and steps[-1].at < _shown(steps[-2]):
                    raise ScriptError("time goes back")
            elif steps:
                raise ScriptError("options stand before the first step")
            else:
                for option in text.split(";"):
                    key, _, value = option.strip().partition(" ")
                    if key == "hall":
                        hall = value.strip()
                    else:
                        options[key] = value.strip()
        except ValueError as error:
            raise ScriptError(f"{name}, line {number}: {error}: {text}") from None
    if not steps:
        raise ScriptError(f"{name}: nothing happens")
    return Day(name, hall, tuple(options.items()), tuple(steps))


def _step(number: int, text: str) -> Step:
    found = STEP.fullmatch(text)
    if not found:
        raise ScriptError("no step")
    actor, rest = _actor(found["doing"])
    action = _action(actor, rest)
    return Step(number, text, time.fromisoformat(found["at"]), actor, action, _expected(found["seen"] or ""))


def _shown(step: Step) -> time:
    """What the clock shows after a step."""
    return step.action.to if isinstance(step.action, Turn) else step.at


def _actor(text: str) -> tuple[Actor, str]:
    kind = next((kind for kind in HAPPENINGS if text.startswith(kind + " ")), None)
    if kind is None:
        raise ScriptError("nobody acts")
    rest = text.removeprefix(kind).strip()
    if kind not in ACTORS_NUMBERED:
        return Actor(kind), rest
    number, _, rest = rest.partition(" ")
    return Actor(kind, int(number)), rest.strip()


def _action(actor: Actor, text: str) -> Action:
    if actor.kind == "kiosk" and (touch := TOUCH.fullmatch(text)):
        pager = int(touch["pager"]) if touch["pager"] else None
        need = NEEDS.get(touch["group"], Need.NONE)
        group = "" if need else touch["group"] or ""
        language = "en" if touch["english"] else "zh"
        return Touch(touch["service"], group, pager, bool(touch["twice"]), need, language)
    if actor.kind == "kiosk" and (came := ARRIVE.fullmatch(text)):
        return _arrive(came.groupdict())
    if actor.kind == "window" and (press := PRESS.fullmatch(text) or SAY.fullmatch(text)):
        return _press(press.groupdict())
    if actor.kind == "desk":
        return _at_the_desk(text)
    if actor.kind == "clock" and (turn := TURN.fullmatch(text)):
        return Turn(time.fromisoformat(turn["to"]), bool(turn["later"]))
    if actor.kind == "phone" and (page := re.fullmatch(r"(opens|gives up) ([A-Z]\d+)", text)):
        return Open(page[2], page[1] == "gives up")
    if text in HAPPENINGS[actor.kind]:
        return Happen(text)
    raise ScriptError(f"a {actor.kind} cannot do that")


def _arrive(found: dict[str, str | None]) -> Arrive:
    if taker := found["taker"]:
        return Arrive("takes", taker, found["service"] or "")
    if loser := found["loser"]:
        return Arrive("lost", loser)
    return Arrive(found["with"] or "scans", found["holder"] or found["code"] or "")


def _press(found: dict[str, str | None]) -> Press:
    key, argument, said = found["key"] or "", found["argument"] or "", "why" in found
    if key not in KEYS or (key in NEVER_ALONE and not argument):
        raise ScriptError(f"no key {key}" if key not in KEYS else f"{key} whom?")
    may = KEYS[key]
    if argument and may is not None and argument not in may:
        raise ScriptError(f"{key} with {argument}")
    why = found.get("why") or ""
    if why and why not in set(Why):
        raise ScriptError(f"no reason {why}")
    return Press(
        key, argument, bool(found["repeated"]), said, int(found.get("minutes") or 15), why,
        bool(found.get("tail")), bool(found.get("back")), found.get("note") or "",
    )  # fmt: skip


def _at_the_desk(text: str) -> Action:
    if give := GIVE.fullmatch(text):
        then = tuple(re.findall(r"then (\S+)", give["then"]))
        people, printed = int(give["people"] or 1), give["how"] == "gives"
        return Give(give["service"], give["group"] or "", give["person"] or "", then, people, printed)
    if book := BOOK.fullmatch(text):
        slot, later = time.fromisoformat(book["slot"]), bool(book["later"])
        return Book(book["service"], slot, book["code"], book["person"] or "", later)
    if unbook := UNBOOK.fullmatch(text):
        return Unbook(unbook["code"])
    if came := CHECK_IN.fullmatch(text):
        return CheckedIn(came["who"])
    if handle := HANDLE.fullmatch(text):
        return Handle(handle["how"], handle["ticket"], bool(handle["forged"]))
    if extend := EXTEND.fullmatch(text):
        return Extend(time.fromisoformat(extend["until"]), extend["service"] or "")
    raise ScriptError("the desk cannot do that")


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
    if subject == "rule" and values[0] not in set(Rule):
        raise ScriptError(f"no rule {values[0]}")
    return Expected(name, tuple(values))
