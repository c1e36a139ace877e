"""Eyes and ears in a hall: whether what a day script expects is there, at the far end of its wire."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from caller.messages import (
    Answer,
    CallDelivered,
    Channel,
    Event,
    HallState,
    Reason,
    Result,
    TicketCalled,
    TicketReserved,
    WindowState,
    say,
)
from config.calling import Act, Wish
from config.schema import Service
from drivers.speech.reading import sentence
from kiosk.ticket import Mark, Pair
from tests import day, papers
from tests.daywords import bare, newest_bad, rack_word, state_of, why_not, without_a_pad
from tests.pages import OpenPage
from tests.street import Seen
from tests.wholehall import WholeHall

PATIENCE = 15.0  # seconds for anything that the hall should do at once
QUIET = 1.0  # seconds after which nobody is called any more by a key that calls nobody

E = TypeVar("E", bound=Event)


class Eyes:
    """What somebody who stands in the hall sees and hears since `look_from_here`."""

    def __init__(self, hall: WholeHall) -> None:
        self.hall, self.watch, self.street = hall, hall.watch, hall.street
        self.silent: list[str] = []  # calls that must not be spoken before the hall's rule lets them be
        self.taken = ""  # the ticket of the last visitor at a kiosk
        self.answer: Answer | None = None  # what somebody without a pad was told
        self.sorry = False  # whether the glass had to refuse the last visitor
        self.not_offered: int | None = None  # the pager that the glass did not have for them
        self.pages: dict[str, OpenPage] = {}  # by ticket: the phones that show one
        self._mark = 0
        self._events = 0
        self._words = 0

    def look_from_here(self) -> None:
        self._mark, self._events = self.street.mark(), len(self.watch.events)
        self._words = len(self.watch.words)

    def service(self, name: str) -> Service:
        return next(s for s in self.hall.hall.service if s.name == name)

    def seen(self, step: day.Step, expected: day.Expected) -> object:
        kind, _, which = expected.subject.partition(" ")
        here, values = step.actor.number, expected.values
        match kind, values:
            case "ticket" | "ahead" | "refused" | "booked", (word,) if without_a_pad(step):
                return self._told(kind, word)
            case "phone", (ticket, mood):
                return self.soon(lambda: self._phone_shows(ticket, mood))
            case "rack", (number, word):
                return self.soon(lambda: self._rack(number) == word)
            case "bad", (word,):
                return self.soon(lambda: self.watch.marks and newest_bad(self.watch.marks) == word)
            case "ticket", (number,):
                return self._ticket(step, number)
            case "held", (number,):
                return self.soon(lambda: [n for n, _ in self._hall().reserved] == [number])
            case "pager", (number,) if isinstance(step.action, day.Touch):
                return self.soon(lambda: self._lent() == number)
            case "ahead", (count,) if isinstance(step.action, day.Touch):
                return self._on_paper(here, papers.ahead(int(count), step.action.language))
            case "priority", () if isinstance(step.action, day.Touch):
                return self._on_paper(here, papers.green(step.action.language))
            case "priority", () if without_a_pad(step):
                return self.answer and self.answer.ticket and self.answer.ticket.priority
            case "pager", (number,):
                return self._paged(number, self._calls_of(step))
            case "voice", ("-",):
                calls = self._calls_of(step)
                self.silent += calls
                return not any(map(self.spoken, calls))
            case "voice", (spoken,):
                return self.soon(lambda: self._heard(spoken))
            case "English", ():
                listed = self.watch.calls.calls if self.watch.calls else ()
                return [c.language for c in listed if c.id in self._calls_of(step)] == ["en"]
            case "board", ("-",):
                return not self.watch.until(lambda _: self._calls_here(), QUIET)
            case "board", (number, window):
                return self.soon(lambda: self._shown(number, int(window)))
            case "sign", lines:
                return self._card(f"sign-{which}", list(lines))
            case "window", wanted:
                return self.soon(lambda: state_of(self._at(int(which)), wanted) == wanted)
            case "rule", (rule,):
                return self.soon(lambda: [c.rule for c in self._calls_here()] == [rule])
            case "overtook", _:
                return self.soon(lambda: [c.overtook for c in self._calls_here()] == [values])
            case "parked", _:
                return self.soon(lambda: self._at(here).parked == values)
            case "waiting", (service, count):
                return self.soon(lambda: self._waiting(service) == int(count))
            case "refused", (reason,) if isinstance(step.action, day.Touch | day.Arrive):
                return self.sorry or self._kept_back(getattr(step.action, "pager", None), Reason(reason))
            case "refused", (reason,):
                told = (f"keypad-{here}", say(Reason(reason)))
                return self.soon(lambda: told in self.watch.words[self._words :])
            case "kiosk", (_, page):
                return self.soon(lambda: self.watch.page(int(which)) == page)
            case "printer", ("shows", "补打"):
                return self.soon(lambda: self._printed(int(which), papers.again()))
        raise AssertionError(f"nobody can see {expected.subject} {' '.join(values)} here")

    def _kept_back(self, pager: int | None, reason: Reason) -> bool:
        """No glass offers what would be refused: a pager that is lent, or that the hall does not have."""
        known = any(p.number == pager for p in self.hall.hall.pager)
        lent = pager in self._hall().lent
        how = self._rack(str(pager)) if known else ""
        return self.not_offered == pager and reason is why_not(known, lent, how)

    def soon(self, so: Callable[[], object]) -> object:
        return self.watch.until(lambda _: so(), PATIENCE)

    def _told(self, what: str, word: str) -> bool:
        """What an answer on the bus says."""
        answer = self.answer
        if answer is None or what == "refused":
            return answer is not None and answer.reason == word
        if what == "booked":
            zone = ZoneInfo(self.hall.hall.hall.timezone)
            return (
                answer.appointment is not None and f"{answer.appointment.slot.astimezone(zone):%H:%M}" == word
            )
        ticket = answer.ticket
        return ticket is not None and word == (ticket.number if what == "ticket" else str(ticket.ahead))

    def _calls_here(self) -> list[TicketCalled]:
        return self._said("ticket-called", TicketCalled, self._events)

    def _rack(self, number: str) -> str:
        return rack_word(self.watch.pagers, int(number)) if self.watch.pagers else ""

    def open_page(self, ticket: str, gives_up: bool = False) -> None:
        """On a visitor's phone; or the page that is open gives the place up."""
        if gives_up:
            self.pages[ticket].give_up()
            return
        token = self.token(ticket) or "nobody-has-this"
        self.pages[ticket] = OpenPage(f"http://127.0.0.1:{self.hall.phone_port}/t/{token}")

    def _phone_shows(self, ticket: str, mood: str) -> bool:
        calls = [c.call for c in self._said("ticket-called", TicketCalled) if c.ticket == ticket]
        heard = [r.channel for call in calls[-1:] for r in self.watch.reports(call)]
        return self.pages[ticket].mood == mood and (mood != "called" or Channel.PHONE in heard)

    def token(self, number: str) -> str:
        """What is on this ticket's paper, the latest of that number; "" if nobody has it."""
        given = reversed(self._said("ticket-reserved", TicketReserved))
        return next((event.token for event in given if event.ticket == number), "")

    def _hall(self) -> HallState:
        assert self.watch.hall_state
        return self.watch.hall_state

    def _ticket(self, step: day.Step, number: str) -> object:
        wanted = "" if number == "-" else number
        here = step.actor.number
        if step.actor.kind == "kiosk":
            return self.taken == wanted
        if step.actor.kind == "window":
            return self.soon(lambda: self._at(here).ticket == wanted)
        screen, page = f"kiosk-{here}", "done" if wanted else "home"
        printed = self.soon(
            lambda: self.watch.screens[screen].ticket == wanted and self.watch.page(here) == page
        )
        return printed and (not wanted or self.paper(here, wanted))

    def paper(self, kiosk: int, number: str) -> Seen | None:
        """The piece of paper with this ticket's QR code, once the printer has cut it."""
        token = self.token(number)

        def cut(e: Seen) -> bool:
            here = e["device"] == f"printer-{kiosk}" and e["event"] == "cut"
            return here and token in papers.code_on(Path(e["png"]))

        return self.street.wait(cut, self._mark, PATIENCE)

    def _on_paper(self, kiosk: int, block: Pair | Mark) -> bool:
        """Whether it is on the paper that the last visitor here was given."""
        cut = self.paper(kiosk, self.taken) if self.taken else None
        return cut is not None and papers.says(cut, self.hall.hall, kiosk, block)

    def _printed(self, kiosk: int, block: Pair | Mark) -> bool:
        """Whether it is on any paper that has come out since."""
        cuts = papers.cut_by(self.hall, kiosk, self._mark)
        return any(papers.says(cut, self.hall.hall, kiosk, block) for cut in cuts)

    def _lent(self) -> str:
        """The pager of the last visitor at a kiosk; "-" for none."""
        pagers = self.watch.pagers.pagers if self.watch.pagers else ()
        mine = (p.number for p in pagers if p.where == "lent" and p.holder == self.taken)
        return str(next(mine, "-"))

    def _paged(self, number: str, calls: list[str]) -> object:
        if number == "-":
            return self.soon(lambda: self._unpaged(calls))
        if not calls:
            return False
        reports = self.soon(lambda: self._pagings(calls[-1]))
        if not isinstance(reports, list) or not reports or reports[-1].result is not Result.VIBRATED:
            return reports  # the terminal is dead, and that was told
        ticket = calls[-1].split("-")[-2]
        capcode = next(p.capcode for p in self.hall.hall.pager if p.number == int(number))

        def paged(e: Seen) -> bool:
            return e["event"] == "paged" and e["pager"] == capcode and e["text"].startswith(ticket)

        return self.street.wait(paged, self._mark, PATIENCE)

    def _unpaged(self, calls: list[str]) -> bool:
        """The hall shows these calls, and none of them is for a pager."""
        shown = self.watch.calls.calls if self.watch.calls else ()
        return [c.id for c in shown if c.id in calls and c.pager is None] == calls

    def _pagings(self, call: str) -> list[CallDelivered]:
        return [r for r in self.watch.reports(call) if r.channel is Channel.PAGER]

    def _card(self, sign: str, lines: list[str]) -> Seen | None:
        """The sign's card shows exactly these lines now."""

        def shows(e: Seen) -> bool:
            return e["device"] == sign and e["event"] == "shows" and [x for x in e["lines"] if x] == lines

        return self.street.wait(shows, self._mark, PATIENCE)

    def _at(self, window: int) -> WindowState:
        return next(w for w in self._hall().windows if w.number == window)

    def _waiting(self, service: str) -> int:
        id = self.service(service).id
        return next(s.waiting for s in self._hall().services if s.id == id)

    def _calls_of(self, step: day.Step) -> list[str]:
        """The calls that this step has brought, waiting for the first of them if it is to bring one."""
        if not any(
            e.subject == "refused" or (e.subject, e.values) == ("board", ("-",)) for e in step.expected
        ):
            self.soon(lambda: self._said("ticket-called", TicketCalled, self._events))
        return [event.call for event in self._said("ticket-called", TicketCalled, self._events)]

    def _shown(self, number: str, window: int) -> bool:
        told = self._said("ticket-called", TicketCalled, self._events)
        calls = [c for c in told if (c.ticket, c.window) == (number, window)]
        reports = [r for c in calls for r in self.watch.reports(c.call) if r.channel is Channel.BOARD]
        return bool(reports) and reports[-1].result is Result.SHOWN

    def _heard(self, words: str) -> bool:
        told = self._said("ticket-called", TicketCalled, self._events)
        calls = [c for c in told if bare(sentence(c.ticket, c.window)) == bare(words)]
        return any(self.spoken(call.call) for call in calls)

    def spoken_early(self, call: str) -> bool:
        """Whether a silent call made a sound before its rule let it: nobody had come for so many seconds."""
        rules = [rule for rule in self.hall.hall.calling if rule.wish is Wish.SILENT]
        patience = min(s.after_seconds for rule in rules for s in rule.stages if s.act is Act.VOICE)
        called = next(e.at for e in self._said("ticket-called", TicketCalled) if e.call == call)
        voices = [r for r in self.watch.reports(call) if r.channel is Channel.VOICE]
        return any((voice.at - called).total_seconds() < patience for voice in voices)

    def spoken(self, call: str) -> bool:
        voices = [r for r in self.watch.reports(call) if r.channel is Channel.VOICE]
        return any(report.result is Result.SPOKEN for report in voices)

    def _said(self, name: str, kind: type[E], since: int = 0) -> list[E]:
        events = self.watch.events[since:]
        return [msgspec.json.decode(payload, type=kind) for said, payload in events if said == name]
