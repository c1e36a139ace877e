"""Every page of one kiosk, drawn off screen: `python -m tests.kiosk.gallery OUT KIOSK [WAY…]` leaves a TGA and the
semantic tree (JSON) of each page in each language; with --colours a TGA only where a page has colours of its own."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from caller.messages import (
    AppointmentStep,
    AppointmentView,
    HallState,
    Need,
    Reason,
    ServiceState,
    Status,
    Step,
    TicketView,
)
from config.load import load
from config.schema import Hall
from drivers import screen
from drivers.progress import Finding, State
from drivers.reader.person import Person
from kiosk.sizes import Sizes, reachable
from kiosk.steps import Arrival, Bench, By, Lost, Page, Session, Trouble
from kiosk.themes import LOOKS, Theme
from kiosk.view import Place, view

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
LAYOUTS = 14  # rounds of layout in which a page has found its place
WAYS = (
    ("plain", Theme.PLAIN, False), ("elder", Theme.ELDER, False), ("contrast", Theme.CONTRAST, False),
    ("low", Theme.PLAIN, True), ("elder-low", Theme.ELDER, True),
)  # fmt: skip
ABOUT = (
    ("版本 Version", "0.1.0 · Python 3.11.2"), ("取号机 Kiosk", "binjiang · kiosk-1 · 1080×1920"),
    ("本机地址 Address", "kiosk-1 · 192.168.10.21"), ("消息服务器 Broker", "192.168.10.10:1883"),
    ("打印机 Printer", "tcp:192.168.10.41:9100 · 80mm-raster"), ("触摸屏 Touch", "evdev:/dev/hall/touch-1"),
    ("idcard", "serial:/dev/hall/idcard-1?baud=115200"),
)  # fmt: skip
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


def _waits(service: str, count: int) -> ServiceState:
    return ServiceState(id=service, waiting=count, wait_minutes=(count * 5, count * 10) if count else None)


def _shut(hall: HallState, reason: Reason, *services: str) -> HallState:
    """The same hall, where these services (all, if none is named) give no numbers until tomorrow."""
    opens = datetime(2026, 11, 24, 8, 30, tzinfo=NOW.tzinfo)
    states = (
        replace(s, refused=reason, opens=opens) if not services or s.id in services else s
        for s in hall.services
    )
    return replace(hall, services=tuple(states))


def sessions(hall: Hall, kiosk: int, language: str) -> Iterator[tuple[str, Session]]:
    """A visitor on each page."""
    waits = tuple(_waits(s.id, (n * 7) % 5) for n, s in enumerate(hall.service))
    state = HallState(version=1, day="2026-11-23", at=NOW, services=waits, windows=(), recent=(), lent=(2, 5))
    ticket = TicketView(number="A012", service="transfer", step=Step.RESERVED, issued_at=NOW, ahead=6)
    plain = Session(kiosk=kiosk, run="gallery", since=0.0, language=language, hall=state, online=True)

    def on(page: Page, **more: object) -> Session:
        return dataclasses.replace(plain, page=page, **more)  # type: ignore[arg-type]

    lost = Lost(ticket, language, None, 120.0)
    used_up = _shut(state, Reason.QUOTA_USED_UP, "transfer")
    yield "home", on(Page.HOME)
    yield "home-green", on(Page.HOME, priority="pregnant", lost=lost)
    yield "group", on(Page.GROUP, group="trade")
    yield "all", on(Page.ALL)
    yield "all-2", on(Page.ALL, sheet=1)
    yield "priority", on(Page.PRIORITY)
    yield "service", on(Page.SERVICE, service="transfer")
    yield "service-green", on(Page.SERVICE, service="enterprise", priority="elderly")
    yield "service-together", on(Page.SERVICE, service="transfer", people=3)
    yield "service-together-2", on(Page.SERVICE, service="transfer", people=3, sheet=1)
    yield "people", on(Page.PEOPLE, service="transfer")
    yield "service-short", on(Page.SERVICE, service="unresolved")
    yield "service-used-up", on(Page.SERVICE, service="transfer", hall=used_up)
    yield "guide", on(Page.GUIDE, service="transfer")
    yield "cases", on(Page.CASES, service="unresolved")
    yield from _arrivals(on, ticket)
    yield from _set_up(on)
    yield "progress", on(Page.PROGRESS, typed="20261120003")
    more = Finding(State.MORE_PAPERS, NOW.date(), None, ("完税证明", "买卖合同原件"))
    yield "found", on(Page.FOUND, typed="20261120003", finding=more)
    yield "found-not", on(Page.FOUND, typed="20261120003", finding=Finding(State.DOWN))
    yield "idle", on(Page.IDLE)
    yield "closed", on(Page.CLOSED, hall=_shut(state, Reason.OUTSIDE_HOURS), reason=Reason.OUTSIDE_HOURS)
    late = _shut(state, Reason.CLOSING)
    yield "closed-late", on(Page.CLOSED, hall=late, reason=Reason.CLOSING)
    yield "printing", on(Page.PRINTING, ticket=ticket)
    yield "printing-slow", on(Page.PRINTING, ticket=ticket, slow=True)
    busy = (_waits("transfer", 6), *(s for s in waits if s.id != "transfer"))
    yield "done", on(Page.DONE, ticket=ticket, lost=lost, hall=replace(state, services=busy))
    secret = replace(ticket, token="secret")
    yield "done-deaf", on(Page.DONE, ticket=secret, need=Need.DEAF, lost=lost)
    yield "done-pager", on(Page.DONE, ticket=ticket, pager=7)
    alone = {"alone": True}
    yield "home-offline", on(Page.HOME, **alone)
    yield "service-offline", on(Page.SERVICE, service="transfer", **alone)
    leased = replace(ticket, number="A980", offline=True)
    yield "done-offline", on(Page.DONE, ticket=leased, **alone)
    yield "sorry-offline", on(Page.SORRY, reason=Reason.NOT_OFFLINE, **alone)
    yield "pager", on(Page.PAGER, ticket=ticket)
    yield "pager-deaf", on(Page.PAGER, ticket=ticket, need=Need.DEAF)
    yield "pager-taken", on(Page.PAGER, ticket=ticket, reason=Reason.PAGER_TAKEN)
    yield "held", on(Page.HELD, ticket=ticket, printer=Trouble.PAPER)
    yield "held-unresolved", on(Page.HELD, ticket=ticket, printer=Trouble.PAPER, unresolved=True)
    yield "out-unresolved", on(Page.OUT, cause=Trouble.PAPER, unresolved=True)
    yield "sorry-cancelled", on(Page.SORRY, ended=replace(ticket, step=Step.CANCELLED))
    yield "sorry", on(Page.SORRY, reason=Reason.QUOTA_USED_UP, service="transfer", hall=used_up)
    yield "access", on(Page.ACCESS)
    yield "access-deaf", on(Page.ACCESS, need=Need.DEAF)
    yield "access-2", on(Page.ACCESS, sheet=1)
    yield "map", on(Page.MAP)
    yield "still", on(Page.STILL, trail=(Page.HOME,))
    for trouble in Trouble:
        yield f"out-{trouble}", on(Page.OUT, cause=trouble, voided="A012" if trouble is Trouble.PAPER else "")


def _arrivals(on: Callable[..., Session], ticket: TicketView) -> Iterator[tuple[str, Session]]:
    """Whoever comes with a card, a code or a phone number."""
    known = Arrival(person=Person("0" * 64, "欧阳*", "女士", "60+"))
    slot = NOW.replace(hour=10, minute=30)
    booked = AppointmentView(
        service="transfer", slot=slot, until=slot, early=slot.replace(hour=10, minute=0), late=slot,
        step=AppointmentStep.BOOKED,
    )  # fmt: skip
    yield "checkin", on(Page.CHECKIN)
    yield "phone", on(Page.PHONE, typed="1380013")
    yield "card-misread", on(Page.CARD, arrival=Arrival(misread=True))
    yield "card-lost", on(Page.CARD, arrival=Arrival(seeks=True))
    yield "card-known", on(Page.CARD, arrival=known)
    yield "service-known", on(Page.SERVICE, service="transfer", arrival=known)
    yield "priority-young", on(Page.PRIORITY, arrival=Arrival(young=True))
    mortgage = replace(ticket, number="B003", service="mortgage")
    yield "lost", on(Page.LOST, arrival=dataclasses.replace(known, found=(ticket, mortgage)))
    told = Arrival(by=By.CODE, appointment=booked)
    for reason in (Reason.APPOINTMENT_EARLY, Reason.APPOINTMENT_LATE, Reason.APPOINTMENT_USED):
        yield f"sorry-{reason}", on(Page.SORRY, reason=reason, arrival=told)
    yield "sorry-holds", on(Page.SORRY, reason=Reason.ALREADY_HOLDS, service="transfer", arrival=known)
    unknown = Arrival(by=By.CARD)
    yield "sorry-unknown", on(Page.SORRY, reason=Reason.UNKNOWN_APPOINTMENT, arrival=unknown)
    yield "sorry-no-ticket", on(Page.SORRY, reason=Reason.UNKNOWN_TICKET, arrival=Arrival(seeks=True))
    yield "sorry-cannot-ask", on(Page.SORRY, reason=Reason.JOURNAL_UNAVAILABLE, arrival=unknown, alone=True)


def _set_up(on: Callable[..., Session]) -> Iterator[tuple[str, Session]]:
    """Whoever sets the kiosk up; they chose no way of seeing."""
    misses = ((0.2, -0.1), (1.4, 0.6), (-0.3, 0.2), (0.0, 0.9), (4.2, -1.0))
    yield "setup-pin", on(Page.PIN, typed="1234567")
    yield "setup-pin-wrong", on(Page.PIN, bench=Bench(wrong=2))
    yield "setup-pin-locked", on(Page.PIN, bench=Bench(locked_until=600.0))
    yield "setup", on(Page.SETUP)
    done = Bench(misses=misses, trial="done", signs="done", read=Person("0" * 64, "欧阳*", "女士", "60+"))
    yield "setup-done", on(Page.SETUP, bench=done)
    yield "setup-cross", on(Page.CROSS)
    yield "setup-crossed", on(Page.CROSSED, bench=Bench(misses=misses))
    yield "setup-crossed-fine", on(Page.CROSSED, bench=Bench(misses=misses[:1] * 5))
    yield (
        "setup-about",
        on(Page.ABOUT, devices={"sign-3": Status(online=False), "voice-east": Status(online=True)}),
    )
    yield "setup-about-2", on(Page.ABOUT, sheet=1)


def coloured(way: str, language: str) -> bool:
    """A page that is only lower, or only in another language, has the colours of the one that it is made from."""
    return (way, language) in {("plain", "zh"), ("plain", "en"), ("elder", "zh"), ("contrast", "zh")}


def main(out: Path, number: int, ways: tuple[str, ...] = (), colours: bool = False) -> None:
    hall = load(HALL)
    kiosk = next(k for k in hall.kiosk if k.id == number)
    screen.prepare(screen.Glass("gallery", kiosk.width, kiosk.height))
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.core import window
    from kivy.lang import Builder
    from kivy.properties import StringProperty

    from kiosk import glass, tree

    class Gallery(App):
        page = StringProperty("home")

        def build(self) -> glass.Glass:
            glass.load_looks()
            self.glass = glass.Glass()
            return self.glass

    Gallery.sizes, Gallery.look = Sizes.of(kiosk), LOOKS[Theme.PLAIN]
    app = Gallery()
    app._run_prepare()
    screen.pace(1000)  # nobody watches
    for way, theme, low in WAYS:
        if (low and not reachable(kiosk)) or (ways and way not in ways):
            continue
        app.sizes, app.look = Sizes.of(kiosk, theme, low), LOOKS[theme]
        for language in ("zh", "en"):
            for name, session in sessions(hall, number, language):
                if name.startswith("setup") and way != "plain":
                    continue
                session = dataclasses.replace(session, theme=theme, low=low)
                left = {Page.DONE: 18, Page.STILL: 20}.get(session.page, 0)
                seen = view(session, Place(hall, kiosk, NOW, left, app.sizes.sheets(), ABOUT))
                app.page = str(seen.page)
                app.glass.show(seen, fresh=True)
                for _ in range(LAYOUTS):  # what the event loop does, but for drawing each round
                    Clock.tick()
                    Builder.sync()
                    Clock.tick_draw()
                    Builder.sync()
                if not colours or coloured(way, language):
                    screen._take(out / f"{number}-{way}-{language}-{name}.tga")
                nodes = tree.tree(app.glass, int(window.Window.height))
                told = [dataclasses.asdict(node) for node in nodes]
                (out / f"{number}-{way}-{language}-{name}.json").write_text(
                    json.dumps(told, ensure_ascii=False)
                )


if __name__ == "__main__":
    wanted = tuple(word for word in sys.argv[3:] if word != "--colours")
    main(Path(sys.argv[1]), int(sys.argv[2]), wanted, "--colours" in sys.argv)
