"""The words of a day script, and the frozen steps that they become; nothing here reads or plays a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import NamedTuple

from caller.messages import MarksState, Need, PagersState, Park, Reason, WindowState

NUMBERED = {"kiosk", "window", "printer", "sign"}  # where one of many is looked at
ACTORS_NUMBERED = NUMBERED | {"pager", "evaluator"}
HAPPENINGS = {
    "kiosk": (),
    "window": (),
    "printer": ("runs out of paper", "has paper for half a ticket", "gets paper"),
    "pager terminal": ("reaches nobody", "reaches everybody"),
    "pager": ("is lost", "is flat", "is charged", "is returned"),
    "sign": ("is unplugged", "is plugged in"),
    "evaluator": tuple(f"gives {mark}" for mark in range(1, 6)),
    "phone": (),
    "caller": ("is killed and started again", "is away", "is back"),
    "broker": ("is away and comes back",),
    "desk": (),
    "clock": ("goes on",),
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
    "return": None,
    "transfer": None,
    "transfer-to-clerk": None,
    "open": None,
    "pause": None,
    "close": (),
    "evacuate": (),
    "call-off": (),
}
NEEDS = {"听障": Need.DEAF, "视障": Need.BLIND}
NEVER_ALONE = {"call", "return", "transfer", "transfer-to-clerk"}
SUBJECTS = {  # what can be expected, and how many words may follow it
    "ticket": (1, 1),  # a number: what the visitor holds, or who is at the window now; "-" for nobody
    "held": (1, 1),  # a number that was given and is not on paper
    "booked": (1, 1),  # the slot of the appointment that the answer tells of
    "ahead": (1, 1),  # written "2 ahead"
    "priority": (0, 0),  # the ticket is of a priority group
    "pager": (1, 1),  # the pager lent, or called; "-" for none
    "voice": (1, 1),  # what is spoken; "-" for nothing
    "English": (0, 0),  # the call is said in English too
    "board": (1, 2),  # the latest call, number and window; "-" if this step called nobody
    "sign": (1, 2),  # its lines
    "window": (
        1,
        2,
    ),  # open, paused 午餐, closed, idle, calls A001, serves A001, clerk 018, titled 党员先锋岗, note 补契税, first 3
    "rule": (1, 1),  # why this ticket was called, a word of caller.order.Rule
    "overtook": (0, 9),  # whom the call passed
    "parked": (0, 9),  # who is parked at the window that acts
    "waiting": (2, 2),  # service and how many
    "refused": (1, 1),  # a reason
    "phone": (2, 2),  # a ticket whose page is open, and its mood: waiting, called, serving, missed, over
    "rack": (2, 2),  # a pager, and where or how it is: rack, lent, lost, flat
    "bad": (1, 1),  # whose mark was bad, the newest; "-" for nobody's today
    "kiosk": (2, 2),  # shows PAGE: only the glass knows
    "printer": (2, 2),  # shows 补打: only the paper knows
}


@dataclass(frozen=True)
class Actor:
    kind: str
    number: int = 0

    def __str__(self) -> str:
        return f"{self.kind} {self.number}" if self.number else self.kind


@dataclass(frozen=True)
class Touch:
    """A visitor takes a number, in the hall's own words: as one of a priority group or of NEEDS; `twice` is an
    impatient finger."""

    service: str
    group: str = ""
    pager: int | None = None
    twice: bool = False
    need: Need = Need.NONE
    language: str = "zh"


@dataclass(frozen=True)
class Press:
    """A clerk's key; `repeated` means that the network says the same press twice. What is `said` has no key on any
    pad: it goes in from the clerk's PC or another system, and so it can tell more."""

    key: str
    argument: str = ""
    repeated: bool = False
    said: bool = False
    minutes: int = 15
    why: str = ""
    at_tail: bool = False
    come_back: bool = False
    note: str = ""


@dataclass(frozen=True)
class Give:
    """A number from the desk: for a person, for several services in order, for several people. One that is only
    reserved never came to paper."""

    service: str
    group: str = ""
    person: str = ""
    then: tuple[str, ...] = ()
    people: int = 1
    printed: bool = True


@dataclass(frozen=True)
class Handle:
    """The desk cancels a ticket, takes one back that was missed, voids one, or says late that one is on paper;
    `forged`: without the paper's code."""

    how: str
    ticket: str
    forged: bool = False


@dataclass(frozen=True)
class Book:
    """The desk books a slot for somebody, today or on the next day that is worked."""

    service: str
    slot: time
    code: str
    person: str = ""
    later: bool = False


@dataclass(frozen=True)
class Arrive:
    """A visitor at the glass with a code, or with the card or the phone of a person: to check in, to take a number with
    their card, or to have a lost ticket printed again."""

    how: str  # scans, card, phone, takes, lost
    who: str
    service: str = ""


@dataclass(frozen=True)
class Unbook:
    code: str


@dataclass(frozen=True)
class CheckedIn:
    """At the desk: with a code, or with the card of a person, who is one letter."""

    who: str


@dataclass(frozen=True)
class Extend:
    until: time
    service: str = ""


@dataclass(frozen=True)
class Turn:
    """The wall clock is put: back, or on to the next day that is worked. The day goes on from there."""

    to: time
    later: bool = False


@dataclass(frozen=True)
class Open:
    """A visitor scans the code on this ticket, and keeps the page open; or gives the place up on it."""

    ticket: str
    gives_up: bool = False


@dataclass(frozen=True)
class Happen:
    """Something befalls a thing, in the words of HAPPENINGS."""

    what: str


Action = Touch | Arrive | Press | Give | Handle | Book | Unbook | CheckedIn | Extend | Turn | Happen | Open


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
    action: Action
    expected: tuple[Expected, ...] = ()


@dataclass(frozen=True)
class Day:
    """`hall` is a hall.toml, from the project's root; `options` change it, see tests/arranged.py."""

    name: str
    hall: str
    options: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


def rack_word(state: PagersState, number: int) -> str:
    """How a script says where or how a pager is."""
    pager = next(p for p in state.pagers if p.number == number)
    return pager.where if pager.condition.callable else pager.condition


def newest_bad(marks: MarksState) -> str:
    return marks.bad[-1].ticket if marks.bad else "-"


def state_of(window: WindowState, asked: tuple[str, ...]) -> tuple[str, ...]:
    """A window may be asked how it is, or what it does."""
    match asked:
        case ("open" | "paused" | "closed",):
            return (str(window.status),)
        case ("paused", _):
            return (str(window.status), window.why)
        case ("clerk", _):
            return ("clerk", window.clerk)
        case ("titled", _):
            return ("titled", window.title)
        case ("note", _):
            return ("note", window.note)
        case ("first", _):  # where this visitor was asked first
            return ("first", str(window.first_window or "-"))
    if not window.ticket:
        return ("idle",)
    return ("calls" if window.step == "called" else "serves", window.ticket)


def without_a_pad(step: Step) -> bool:
    """Whether it went in as a command, and what comes of it is an answer."""
    said = isinstance(step.action, Press) and step.action.said
    return said or isinstance(step.action, Give | Handle | Extend | Book | CheckedIn)


def why_not(known: bool, lent: bool, how: str) -> Reason | None:
    """Why the glass does not offer a pager."""
    if not known:
        return Reason.UNKNOWN_PAGER
    if how in ("lost", "flat"):
        return Reason.PAGER_LOST if how == "lost" else Reason.PAGER_FLAT
    return Reason.PAGER_TAKEN if lent else None


def bare(words: str) -> str:
    """Without the breaths."""
    return "".join(character for character in words if character not in " ，")
