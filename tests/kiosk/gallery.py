"""Every page of one kiosk, drawn off screen: `python -m tests.kiosk.gallery OUT KIOSK` leaves a PNG and the
semantic tree (JSON) of each page in each language."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from caller.messages import HallState, Reason, ServiceState, Step, TicketView
from config.load import load
from config.schema import Hall
from drivers import screen
from kiosk.sizes import Sizes
from kiosk.steps import Page, Session, Trouble
from kiosk.view import Place, view

HALL = Path(__file__).parents[2] / "config" / "hall.toml"
NOW = datetime(2026, 11, 23, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))


def sessions(hall: Hall, kiosk: int, language: str) -> Iterator[tuple[str, Session]]:
    """A visitor on each page."""
    waits = tuple(ServiceState(id=s.id, waiting=(n * 7) % 5) for n, s in enumerate(hall.service))
    state = HallState(version=1, day="2026-11-23", at=NOW, services=waits, windows=(), recent=(), lent=(2, 5))
    ticket = TicketView(number="A012", service="transfer", step=Step.RESERVED, issued_at=NOW, ahead=6)
    plain = Session(kiosk=kiosk, run="gallery", since=0.0, language=language, hall=state, online=True)

    def on(page: Page, **more: object) -> Session:
        return dataclasses.replace(plain, page=page, **more)  # type: ignore[arg-type]

    yield "home", on(Page.HOME)
    yield "home-green", on(Page.HOME, priority="pregnant")
    yield "group", on(Page.GROUP, group="trade")
    yield "all", on(Page.ALL)
    yield "all-2", on(Page.ALL, sheet=1)
    yield "priority", on(Page.PRIORITY)
    yield "service", on(Page.SERVICE, service="transfer")
    yield "service-green", on(Page.SERVICE, service="enterprise", priority="elderly")
    yield "service-short", on(Page.SERVICE, service="unresolved")
    yield "printing", on(Page.PRINTING, ticket=ticket)
    yield "done", on(Page.DONE, ticket=ticket)
    yield "done-pager", on(Page.DONE, ticket=ticket, pager=7)
    yield "pager", on(Page.PAGER, ticket=ticket)
    yield "pager-taken", on(Page.PAGER, ticket=ticket, reason=Reason.PAGER_TAKEN)
    yield "held", on(Page.HELD, ticket=ticket, printer=Trouble.PAPER)
    yield "sorry", on(Page.SORRY, reason=Reason.NUMBERS_USED_UP)
    for trouble in Trouble:
        yield f"out-{trouble}", on(Page.OUT, cause=trouble, voided="A012" if trouble is Trouble.PAPER else "")


def main(out: Path, number: int) -> None:
    hall = load(HALL)
    kiosk = next(k for k in hall.kiosk if k.id == number)
    screen.prepare(screen.Glass("gallery", kiosk.width, kiosk.height))
    from kivy.app import App
    from kivy.base import EventLoop
    from kivy.core import window
    from kivy.properties import StringProperty

    from kiosk import glass, tree

    sizes = Sizes.of(kiosk)

    class Gallery(App):
        page = StringProperty("home")

        def build(self) -> glass.Glass:
            glass.load_looks()
            self.glass = glass.Glass()
            return self.glass

    Gallery.sizes = sizes
    app = Gallery()
    app._run_prepare()
    for language in ("zh", "en"):
        for name, session in sessions(hall, number, language):
            place = Place(hall, kiosk, NOW, 18 if session.page is Page.DONE else 0, sizes.sheets())
            seen = view(session, place)
            app.page = str(seen.page)
            app.glass.show(seen, fresh=True)
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                EventLoop.idle()
            screen._take(out / f"{number}-{language}-{name}.png")
            nodes = tree.tree(app.glass, int(window.Window.height))
            told = [dataclasses.asdict(node) for node in nodes]
            (out / f"{number}-{language}-{name}.json").write_text(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
