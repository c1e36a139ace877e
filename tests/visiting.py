"""A visitor with a card, a code or a phone at the glass of a whole hall: what they hold out, and what they touch."""

from __future__ import annotations

from collections.abc import Callable

from config.languages import _
from tests import day, people
from tests.eyes import Eyes
from tests.wholehall import WholeHall

ENDS = ("done", "sorry", "out", "held", "pager")


def arrive(hall: WholeHall, eyes: Eyes, kiosk: int, came: day.Arrive, take: Callable[[str], None]) -> None:
    """As far as the ticket, or the sentence that says why not; `take` goes on from the first page to a service."""
    screen, watch = f"kiosk-{kiosk}", hall.watch
    eyes.taken, eyes.not_offered, eyes.sorry = "", None, False
    match came.how:
        case "scans":
            hall.touch(screen, "预约报到")
            hall.street.do(f"scanner-{kiosk}", "scan", code=came.who)
        case "card":
            hall.touch(screen, "预约报到")
            _lay(hall, kiosk, came.who)
        case "phone":
            hall.touch(screen, "预约报到")
            hall.touch(screen, "输手机号")
            for figure in people.phone(came.who):
                hall.touch(screen, figure)
            hall.touch(screen, "报到")
        case "takes":
            _lay(hall, kiosk, came.who)
            assert eyes.soon(lambda: watch.page(kiosk) == "card"), "the card was not read"
            hall.touch(screen, "取号")
            assert eyes.soon(lambda: watch.page(kiosk) == "home")
            take(came.service)
            return
        case "lost":
            _lay(hall, kiosk, came.who)
            hall.touch(screen, "号票丢了")
    assert eyes.soon(lambda: watch.page(kiosk) in ENDS), f"{screen} stays on {watch.page(kiosk)}"
    if watch.page(kiosk) == "done":
        eyes.taken = watch.screens[screen].ticket
        assert eyes.paper(kiosk, eyes.taken), f"no paper with the code of {eyes.taken}"
        hall.touch(screen, "好了")
    elif watch.page(kiosk) == "sorry":
        eyes.sorry = True
        hall.touch(screen, "回到首页")
    assert eyes.soon(lambda: watch.page(kiosk) in ("home", "closed"))


def _lay(hall: WholeHall, kiosk: int, person: str) -> None:
    hall.street.do(f"idcard-{kiosk}", "lay", **people.card(person))


def lend(hall: WholeHall, eyes: Eyes, kiosk: int, pager: str, way: str, tongue: str) -> None:
    """Look through the sheets for this pager, and take it if the glass has it."""
    screen, seen = f"kiosk-{kiosk}", list[list[str]]()
    if way:
        hall.touch(screen, way)
    while (labels := hall.watch.labels(screen)) not in seen:
        seen.append(labels)
        if pager in labels:
            hall.touch(screen, pager)
            return
        if _("下一页", tongue) in labels:
            hall.touch(screen, _("下一页", tongue))
    eyes.not_offered = int(pager)
    hall.touch(screen, _("返回", tongue))
