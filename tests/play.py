"""Plays a day script in a whole hall: fingers on glass and keys, eyes on boards, signs, paper and pagers.

Every expectation is looked for at the far end of its wire: the sign's lines are what the card shows, the paper is
what the printer cut, the page is what the paging terminal sent, and a voice is the report that it was played.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from caller.messages import (
    CallDelivered,
    Channel,
    Event,
    HallState,
    Reason,
    Result,
    Step,
    TicketCalled,
    TicketReserved,
    WindowState,
    say,
)
from config.schema import KeypadKind, Service, WindowKind
from drivers.speech.reading import sentence
from tests import day
from tests.street import Seen
from tests.wholehall import WholeHall

ACTIONS = {
    "next": "call-next",
    "call": "call-ticket",
    "recall": "recall-ticket",
    "serve": "serve-ticket",
    "finish": "finish-ticket",
    "no-show": "mark-no-show",
    "park": "park-ticket",
    "resume": "resume-ticket",
    "transfer": "transfer-ticket",
    "pause": "pause-window",
    "open": "open-window",
    "close": "close-window",
}
SOFT_KEYS = {"next": "叫下一个", "recall": "重呼", "serve": "开始办理", "finish": "办结", "no-show": "过号"}
SHORTCUTS = {
    WindowKind.ENTERPRISE: "企业专窗",
    WindowKind.CONSULTATION: "先问一问",
    WindowKind.COMPLAINT: "办不成事",
}
HALF = 200  # dots of a ticket
PATIENCE = 15.0  # seconds for anything that the hall should do at once

E = TypeVar("E", bound=Event)


class Player:
    """Plays steps one after the other; `tell` gets one line for each, `missing` what did not happen."""

    def __init__(self, hall: WholeHall, tell: Callable[[str], None]) -> None:
        self.hall, self.watch, self.street = hall, hall.watch, hall.street
        self.tell = tell
        self.missing: list[str] = []
        self.silent: list[str] = []  # calls that must never be spoken
        self.taken = ""  # the ticket of the last visitor at a kiosk
        self._mark = 0
        self._events = 0

    def play(self, script: day.Day) -> list[str]:
        """What was missing; empty if the day went as written."""
        for step in script.steps:
            self._step(step)
        self._settle()
        self.missing += [f"a silent call was spoken: {call}" for call in self.silent if self._spoken(call)]
        return self.missing

    def _step(self, step: day.Step) -> None:
        self._settle()
        self._mark, self._events = self.street.mark(), len(self.watch.events)
        wall = datetime.combine(self.hall.wall().date(), step.at)
        if wall > self.hall.wall():
            self.hall.put_clock(wall)
        wrong: list[str] = []
        try:
            self._do(step)
            wrong = [_words(expected) for expected in step.expected if not self._seen(step, expected)]
        except AssertionError as error:
            wrong = [str(error)]
        self.missing += [f"line {step.line}: {step.text}: missing {what}" for what in wrong]
        self.tell(f"{self.hall.wall():%H:%M:%S}  {step.text}" + "".join(f"   MISSING {w}" for w in wrong))

    def _settle(self) -> None:
        """Let every call of the step before arrive; only then may the clock be put on."""
        ears = {Channel.VOICE, Channel.PAGER}

        def arrived() -> bool:
            calls = self.watch.calls.calls if self.watch.calls else ()
            return all({report.channel for report in call.reports} & ears for call in calls if call.live)

        self._soon(arrived)

    # ---- what people do ----------------------------------------------------------------------------------

    def _do(self, step: day.Step) -> None:
        number, printer = step.actor.number, f"printer-{step.actor.number}"
        match step.action:
            case day.Touch():
                self._take(number, step.action)
            case day.Press():
                self._press(number, step.action)
            case day.Happen(what="has paper for half a ticket"):
                self.street.do(printer, "run_out_of_paper", after_rows=HALF)
            case day.Happen(what="runs out of paper"):
                self.street.do(printer, "run_out_of_paper")
            case day.Happen(what="gets paper"):
                self.street.do(printer, "load_paper")
            case day.Happen(what="reaches nobody"):
                self.street.do("paging", "die")
            case day.Happen(what="reaches everybody"):
                self.street.do("paging", "revive")
            case day.Happen(what="is killed and started again"):
                self.hall.kill("caller")
                assert self._soon(lambda: not self.watch.online("caller"))
                self.hall.start("caller")
                assert self._soon(lambda: self.watch.online("caller"))

    def _take(self, kiosk: int, touch: day.Touch) -> None:
        screen = f"kiosk-{kiosk}"
        service = self._service(touch.service)
        self.taken = ""
        if self.watch.page(kiosk) == "out":
            return
        if touch.group:
            self.hall.touch(screen, "绿色通道")
            self.hall.touch(screen, touch.group)
        if shortcut := self._shortcut(service):
            self.hall.touch(screen, shortcut)
        else:
            asked = next(g for g in self.hall.hall.group if service.id in g.services)
            self.hall.touch(screen, asked.name)
            if len(asked.services) > 1:
                self.hall.touch(screen, service.plain or service.name)
        self.hall.touch(screen, "取号", times=2 if touch.twice else 1)
        ended = self._soon(lambda: self.watch.page(kiosk) in ("done", "held", "out", "sorry"))
        assert ended, f"{screen} stays on {self.watch.page(kiosk)}"
        if self.watch.page(kiosk) != "done":
            return
        self.taken = self.watch.screens[screen].ticket
        assert self._paper(kiosk, self.taken), f"no paper with the code of {self.taken}"
        if touch.pager is not None:
            self.hall.touch(screen, "领震动牌")
            self.hall.touch(screen, str(touch.pager))
            assert self._soon(lambda: self.watch.page(kiosk) == "done"), "the pager was not lent"
        self.hall.touch(screen, "好了")
        assert self._soon(lambda: self.watch.page(kiosk) == "home")

    def _service(self, name: str) -> Service:
        return next(s for s in self.hall.hall.service if s.name == name)

    def _shortcut(self, service: Service) -> str:
        kinds = (w.kind for w in self.hall.hall.window if service.id in w.serves and w.kind in SHORTCUTS)
        return next((SHORTCUTS[kind] for kind in kinds), "")

    def _press(self, window: int, press: day.Press) -> None:
        keypad = next(k for k in self.hall.hall.keypad if k.window == window)
        if keypad.kind is KeypadKind.SCREEN:
            self.hall.press(window, SOFT_KEYS[press.key])
            return
        digits = "".join(character for character in press.argument if character.isdigit())
        bindings = self.hall.hall.keymap[keypad.kind]
        fits = [bound for bound, action in bindings.items() if action == ACTIONS[press.key]]
        bound = next(bound for bound in fits if bound.startswith("digits ") is bool(digits))
        typed, _, last = bound.rpartition(" ")
        self.hall.press(window, last, digits or typed)

    # ---- what they see -----------------------------------------------------------------------------------

    def _seen(self, step: day.Step, expected: day.Expected) -> object:
        kind, _, which = expected.subject.partition(" ")
        here, values = step.actor.number, expected.values
        match kind, values:
            case "ticket", (number,):
                return self._ticket(step, number)
            case "held", (number,):
                return self._soon(lambda: [n for n, _ in self._hall().reserved] == [number])
            case "pager", (number,) if isinstance(step.action, day.Touch):
                return number == "-" or self._soon(lambda: int(number) in self._hall().lent)
            case "pager", (number,):
                return self._paged(number)
            case "voice", ("-",):
                self.silent.append(self._called()[-1].call)
                return not self._spoken(self.silent[-1])
            case "voice", (spoken,):
                return self._soon(lambda: self._heard(spoken))
            case "board", ("-",):
                return not self._said("ticket-called", TicketCalled, self._events)
            case "board", (number, window):
                return self._soon(lambda: self._shown(number, int(window)))
            case "sign", lines:
                return self._card(f"sign-{which}", list(lines))
            case "window", wanted:
                return self._soon(lambda: self._window(int(which), list(wanted)))
            case "parked", _:
                return self._soon(lambda: self._at(here).parked == values)
            case "waiting", (service, count):
                return self._soon(lambda: self._waiting(service) == int(count))
            case "refused", (reason,):
                said = say(Reason(reason))
                return self._soon(lambda: self.watch.statuses[f"keypad-{here}"].detail == said)
            case "kiosk", (_, page):
                return self._soon(lambda: self.watch.page(int(which)) == page)
            case "printer", (_, "补打"):
                return self._soon(self._reprinted)
        return kind in ("ahead", "priority")  # on the visitor's paper: the queue's own player looks

    def _soon(self, so: Callable[[], object]) -> object:
        return self.watch.until(lambda _: so(), PATIENCE)

    def _hall(self) -> HallState:
        assert self.watch.hall_state
        return self.watch.hall_state

    def _ticket(self, step: day.Step, number: str) -> object:
        wanted = "" if number == "-" else number
        here = step.actor.number
        if step.actor.kind == "kiosk":
            return self.taken == wanted
        if step.actor.kind == "window":
            return self._soon(lambda: self._at(here).ticket == wanted)
        printed = self._soon(lambda: self.watch.screens[f"kiosk-{here}"].ticket == wanted)
        return printed and (not wanted or self._paper(here, wanted))

    def _paper(self, kiosk: int, number: str) -> Seen | None:
        """The piece of paper with this ticket's QR code, once the printer has cut it."""
        given = reversed(self._said("ticket-reserved", TicketReserved))
        token = next(event.token for event in given if event.ticket == number)

        def cut(e: Seen) -> bool:
            here = e["device"] == f"printer-{kiosk}" and e["event"] == "cut"
            return here and any(token in code for code in e["qr"])

        return self.street.wait(cut, self._mark, PATIENCE)

    def _reprinted(self) -> bool:
        return any(b'"reprint":true' in payload for _, payload in self.watch.events[self._events :])

    def _paged(self, number: str) -> object:
        call = self._called()[-1]
        if number == "-":
            return not self._pagings(call.call)
        reports = self._soon(lambda: self._pagings(call.call))
        if not isinstance(reports, list) or not reports or reports[-1].result is not Result.VIBRATED:
            return reports  # the terminal is dead, and that was told
        capcode = next(p.capcode for p in self.hall.hall.pager if p.number == int(number))

        def paged(e: Seen) -> bool:
            return e["event"] == "paged" and e["pager"] == capcode and e["text"].startswith(call.ticket)

        return self.street.wait(paged, self._mark, PATIENCE)

    def _pagings(self, call: str) -> list[CallDelivered]:
        return [r for r in self.watch.reports(call) if r.channel is Channel.PAGER]

    def _card(self, sign: str, lines: list[str]) -> Seen | None:
        """The sign's card shows exactly these lines now."""

        def shows(e: Seen) -> bool:
            return e["device"] == sign and e["event"] == "shows" and [x for x in e["lines"] if x] == lines

        return self.street.wait(shows, self._mark, PATIENCE)

    def _at(self, window: int) -> WindowState:
        return next(w for w in self._hall().windows if w.number == window)

    def _window(self, number: int, wanted: list[str]) -> bool:
        state = self._at(number)
        match wanted:
            case ["idle"]:
                return not state.ticket
            case ["calls", ticket]:
                return state.ticket == ticket and state.step is Step.CALLED
            case ["serves", ticket]:
                return state.ticket == ticket and state.step is Step.SERVING
        return state.status.value == wanted[0]

    def _waiting(self, service: str) -> int:
        id = self._service(service).id
        return next(s.waiting for s in self._hall().services if s.id == id)

    def _called(self) -> list[TicketCalled]:
        """The calls that this step has brought, waiting for the first of them to be told."""
        self.watch.until(lambda w: any(name == "ticket-called" for name, _ in w.events[self._events :]), 2.0)
        return self._said("ticket-called", TicketCalled, self._events)

    def _shown(self, number: str, window: int) -> bool:
        told = self._said("ticket-called", TicketCalled, self._events)
        calls = [c for c in told if (c.ticket, c.window) == (number, window)]
        reports = [r for c in calls for r in self.watch.reports(c.call) if r.channel is Channel.BOARD]
        return bool(reports) and reports[-1].result is Result.SHOWN

    def _heard(self, words: str) -> bool:
        told = self._said("ticket-called", TicketCalled, self._events)
        calls = [c for c in told if _bare(sentence(c.ticket, c.window)) == _bare(words)]
        return any(self._spoken(call.call) for call in calls)

    def _spoken(self, call: str) -> bool:
        voices = [r for r in self.watch.reports(call) if r.channel is Channel.VOICE]
        return any(report.result is Result.SPOKEN for report in voices)

    def _said(self, name: str, kind: type[E], since: int = 0) -> list[E]:
        events = self.watch.events[since:]
        return [msgspec.json.decode(payload, type=kind) for said, payload in events if said == name]


def _bare(words: str) -> str:
    return "".join(character for character in words if character not in " ，")


def _words(expected: day.Expected) -> str:
    return " ".join((expected.subject, *expected.values))
