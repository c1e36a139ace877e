"""Plays a day script in a whole hall: fingers on glass and keys, eyes on boards, signs, paper and pagers.

Every expectation is looked for at the far end of its wire: the sign's lines are what the card shows, the paper is
what the printer cut, the page is what the paging terminal sent, and a voice is the report that it was played.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from caller.messages import Answer, CancelAppointment, Channel, Command, ConfirmTicket, Need
from config.languages import _, chosen
from config.schema import KeypadKind, Service, WindowKind
from kiosk.view import plain
from tests import day, orders
from tests.eyes import Eyes
from tests.pages import befall
from tests.visiting import arrive, lend
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
    "return": "return-ticket",
    "transfer": "transfer-ticket",
    "pause": "pause-window",
    "open": "open-window",
    "close": "close-window",
    "evacuate": "evacuate-hall",
    "call-off": "call-off",
}
PARKS = {"with-papers": "park-with-papers", "waiting": "park-to-wait"}
SOFT_KEYS = {"next": "叫下一个", "recall": "重呼", "serve": "开始办理", "finish": "办结", "no-show": "过号"}
SHORTCUTS = {
    WindowKind.ENTERPRISE: "企业专窗",
    WindowKind.CONSULTATION: "先问一问",
    WindowKind.COMPLAINT: "办不成事",
}
KEYS_OF_NEED = {Need.DEAF: "听不清", Need.BLIND: "看不清"}
FINGER = 1.5  # seconds between two presses of one clerk: a pad says a key again until it is echoed, and that is no key
OPENS = 3.0  # seconds for the caller to see that the clock was put on to opening time
HALF = 200  # dots of a ticket


class Player:
    """Plays steps one after the other; `tell` gets one line for each, `missing` what did not happen."""

    def __init__(self, hall: WholeHall, tell: Callable[[str], None]) -> None:
        self.hall, self.watch, self.street = hall, hall.watch, hall.street
        self.tell = tell
        self.missing: list[str] = []
        self.eyes = Eyes(hall)
        self._pressed: dict[int, float] = {}

    def play(self, script: day.Day) -> list[str]:
        """What was missing; empty if the day went as written."""
        self.hall.rule(script.options)
        self._name = f"{script.name}-{self.hall.wall():%j}"
        for step in script.steps:
            self._step(step)
        self._settle()
        early = [call for call in self.eyes.silent if self.eyes.spoken_early(call)]
        self.missing += [f"a silent call was spoken: {call}" for call in early]
        return self.missing

    def _step(self, step: day.Step) -> None:
        self._settle()
        self.eyes.look_from_here()
        wall = datetime.combine(self.hall.wall().date(), step.at)
        if wall > self.hall.wall():
            self.hall.put_clock(wall)
        wrong: list[str] = []
        try:
            self._do(step)
            wrong = [_words(expected) for expected in step.expected if not self.eyes.seen(step, expected)]
        except AssertionError as error:
            wrong = [str(error)]
        self.missing += [f"line {step.line}: {step.text}: missing {what}" for what in wrong]
        told = step.text.split(maxsplit=1)[1] + "".join(f"   MISSING {what}" for what in wrong)
        self.tell(f"{self.hall.wall():%H:%M:%S}  {told}")

    def _settle(self) -> None:
        """Let every call of the step before arrive; only then may the clock be put on."""
        ears = {Channel.VOICE, Channel.PAGER}

        def arrived() -> bool:
            calls = self.watch.calls.calls if self.watch.calls else ()
            return all({report.channel for report in call.reports} & ears for call in calls if call.live)

        self.eyes.soon(arrived)

    # ---- what people do ----------------------------------------------------------------------------------

    def _do(self, step: day.Step) -> None:
        number, printer = step.actor.number, f"printer-{step.actor.number}"
        match step.action:
            case day.Touch():
                self._take(number, step.action)
            case day.Arrive():
                self._ready_glass(number)
                arrive(self.hall, self.eyes, number, step.action, lambda s: self._visit(number, day.Touch(s)))
            case day.Press(said=True, repeated=repeated):
                command = orders.pressed(self.hall.hall, number, step.action, self._id(step))
                answers = [self.watch.ask(command) for _ in range(2 if repeated else 1)]
                assert all(answer == answers[0] for answer in answers)
                self.eyes.answer = answers[0]
            case day.Give(printed=printed):
                asked = orders.given(self.hall.hall, step.action, self._id(step))
                self.eyes.answer = self._printed(asked) if printed else self.watch.ask(asked)
            case day.CheckedIn():
                self.eyes.answer = self._printed(orders.checked_in(step.action, self._id(step)))
            case day.Book():
                now = self.hall.wall().replace(tzinfo=ZoneInfo(self.hall.hall.hall.timezone))
                booking = orders.booked(self.hall.hall, step.action, now, self._id(step))
                self.eyes.answer = self.watch.ask(booking)
            case day.Unbook(code=code):
                self.eyes.answer = self.watch.ask(CancelAppointment(id=self._id(step), code=code))
                assert self.eyes.answer.done
            case day.Handle(ticket=ticket):
                token = self.eyes.token(ticket)
                self.eyes.answer = self.watch.ask(orders.handled(step.action, token, self._id(step)))
            case day.Extend():
                now = self.hall.wall().replace(tzinfo=ZoneInfo(self.hall.hall.hall.timezone))
                longer = orders.extended(self.hall.hall, step.action, now, self._id(step))
                self.eyes.answer = self.watch.ask(longer)
            case day.Turn(to=to, later=later):
                if later:
                    self.hall.next_day()
                self.hall.put_clock(datetime.combine(self.hall.wall().date(), to))
            case day.Press():
                self._wait_for_finger(number)
                self._press(number, step.action)
                if step.action.repeated:  # a finger that bounces
                    self._press(number, step.action)
            case day.Happen(what=what) if step.actor.kind in ("pager", "evaluator", "sign"):
                self.eyes.answer = befall(self.hall, step.actor, what, self._id(step))
            case day.Open(ticket=ticket, gives_up=over):
                self.eyes.open_page(ticket, over)
            case day.Happen(what="has paper for half a ticket" | "runs out of paper" as what):
                self.street.do(printer, "run_out_of_paper", after_rows=HALF if "half" in what else 0)
            case day.Happen(what="gets paper"):
                self.street.do(printer, "load_paper")
            case day.Happen(what="reaches nobody"):
                self.street.do("paging", "die")
            case day.Happen(what="reaches everybody"):
                self.street.do("paging", "revive")
                assert self.eyes.soon(lambda: self.watch.online("paging"))
            case day.Happen(what="goes on"):
                pass  # the player has put the clock on already
            case day.Happen(what="is away and comes back"):
                self.hall.broker.kill()
                assert self.eyes.soon(lambda: not self.watch.connected)
                self.watch.statuses.clear()
                self.hall.broker.start()
                assert self.watch.until(lambda w: all(map(w.online, ("caller", "keypads", "board-main"))), 40)
            case day.Happen(what="is away" | "is back" | "is killed and started again" as what):
                if what != "is back":
                    self.hall.kill("caller")
                    assert self.eyes.soon(lambda: not self.watch.online("caller"))
                if what != "is away":
                    self.hall.start("caller")
                    assert self.eyes.soon(lambda: self.watch.online("caller"))

    def _printed(self, asked: Command) -> Answer:
        """The number that is asked for, once it is on paper."""
        answer = self.watch.ask(asked)
        if answer.ticket is None:
            return answer
        paper = ConfirmTicket(id=f"{asked.id}-paper", ticket=answer.ticket.number)
        return replace(answer, ticket=self.watch.ask(paper).ticket)

    def _id(self, step: day.Step) -> str:
        """No command of another day has this name."""
        return f"{self._name}-{step.line}"

    def _take(self, kiosk: int, touch: day.Touch) -> None:
        """A visitor who wants a number, or is told that the hall is closed."""
        try:
            self._visit(kiosk, touch)
        except AssertionError:
            if self.watch.page(kiosk) != "closed":
                raise
        self.eyes.sorry |= self.watch.page(kiosk) == "closed"

    def _ready_glass(self, kiosk: int) -> None:
        """Whoever was here before has gone."""
        if self.watch.page(kiosk) == "done":
            self._leave(kiosk)
        if self.watch.until(lambda w: w.page(kiosk) != "closed" or self.hall.gives_numbers(), OPENS):
            self.eyes.soon(lambda: self.watch.page(kiosk) != "closed")

    def _visit(self, kiosk: int, touch: day.Touch) -> None:
        screen = f"kiosk-{kiosk}"
        service = self.eyes.service(touch.service)
        self.eyes.taken, self.eyes.not_offered, self.eyes.sorry = "", None, False
        self._ready_glass(kiosk)
        if self.watch.page(kiosk) in ("out", "closed"):
            return
        if touch.group:
            self._turn(kiosk, "绿色通道")
            self._turn(kiosk, touch.group)
        if touch.need:
            self._turn(kiosk, "无障碍")
            self.hall.touch(screen, KEYS_OF_NEED[touch.need])
            self._turn(kiosk, "返回")
        tongue = touch.language
        if tongue == "en":
            self.hall.touch(screen, "English")
        if shortcut := self._shortcut(service):
            self._turn(kiosk, _(shortcut, tongue))
            if self.watch.page(kiosk) == "cases":
                case = self.hall.hall.case[-1]
                self._turn(kiosk, chosen(case.name, case.name_en, tongue))
        else:
            asked = next(g for g in self.hall.hall.group if service.id in g.services)
            self._turn(kiosk, chosen(asked.name, asked.name_en, tongue))
            if len(asked.services) > 1:
                self._turn(kiosk, plain(service, tongue))
        if _("换一项业务", tongue) in self.watch.labels(screen):
            self.eyes.sorry = True  # it says that there is no number before anybody asks for one
            while self.watch.page(kiosk) not in ("home", "closed"):
                self._turn(kiosk, _("返回", tongue))
            return
        self.hall.touch(screen, _("取号", tongue), times=2 if touch.twice else 1)
        ended = self.eyes.soon(lambda: self.watch.page(kiosk) in ("done", "pager", "held", "out", "sorry"))
        assert ended, f"{screen} stays on {self.watch.page(kiosk)}"
        if self.watch.page(kiosk) == "sorry":
            self.eyes.sorry = True
            self.hall.touch(screen, "回到首页")
        if self.watch.page(kiosk) not in ("done", "pager"):
            return
        led = self.watch.page(kiosk) == "pager"
        assert led is (touch.need is Need.DEAF), "who does not hear is led to the pagers, and nobody else"
        self.eyes.taken = self.watch.screens[screen].ticket
        assert self.eyes.paper(kiosk, self.eyes.taken), f"no paper with the code of {self.eyes.taken}"
        if touch.pager is not None:
            way = "" if led else _("领震动牌", tongue)
            lend(self.hall, self.eyes, kiosk, str(touch.pager), way, tongue)
            assert self.eyes.soon(lambda: self.watch.page(kiosk) == "done"), "the pager was not lent"
        elif led:
            self.hall.touch(screen, _("返回", tongue))
        self._leave(kiosk, tongue)

    def _turn(self, kiosk: int, label: str) -> None:
        """Touch what leads to another page, and wait for it: two pages may have a tile of one name."""
        before = self.watch.page(kiosk)
        self.hall.touch(f"kiosk-{kiosk}", label)
        stays = f"kiosk-{kiosk} stays on {before} after {label}"
        assert self.eyes.soon(lambda: self.watch.page(kiosk) != before), stays

    def _leave(self, kiosk: int, tongue: str = "zh") -> None:
        self.hall.touch(f"kiosk-{kiosk}", _("好了", tongue))
        assert self.eyes.soon(lambda: self.watch.page(kiosk) in ("home", "closed"))

    def _shortcut(self, service: Service) -> str:
        kinds = (w.kind for w in self.hall.hall.window if service.id in w.serves and w.kind in SHORTCUTS)
        return next((SHORTCUTS[kind] for kind in kinds), "")

    def _wait_for_finger(self, window: int) -> None:
        """The wall clock is put on between two steps, but a finger has its own pace: sooner is a bounce."""
        time.sleep(max(0.0, self._pressed.get(window, 0.0) + FINGER - time.monotonic()))
        self._pressed[window] = time.monotonic()

    def _press(self, window: int, press: day.Press) -> None:
        keypad = next(k for k in self.hall.hall.keypad if k.window == window)
        if keypad.kind is KeypadKind.SCREEN:
            self.hall.press(window, SOFT_KEYS[press.key])
            return
        digits = "".join(character for character in press.argument if character.isdigit())
        bindings = self.hall.hall.keymap[keypad.kind]
        wanted = PARKS.get(press.argument) or ACTIONS[press.key]
        if press.key == "open" and not digits:
            wanted = "pause-window"  # one key stops and starts
        fits = [bound for bound, action in bindings.items() if action == wanted]
        if digits and not any(bound.startswith("digits ") for bound in fits):
            # a call brings back, too
            fits = [bound for bound, action in bindings.items() if action == "call-ticket"]
        bound = next((bound for bound in fits if bound.startswith("digits ") is bool(digits)), None)
        assert bound, f"no key of window {window} is {press.key} {press.argument}"
        typed, _, last = bound.rpartition(" ")
        self.hall.press(window, last, digits or typed)


def _words(expected: day.Expected) -> str:
    return " ".join((expected.subject, *expected.values))
