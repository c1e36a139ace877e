"""What happens in a whole hall on a morning on which processes are killed: visits, calls, and how soon all is right."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from caller.messages import Call, Channel, Event, WindowState
from caller.why import today
from tests.pace import Pace
from tests.play import FINGER
from tests.wholehall import WholeHall

SOON = 2.0  # seconds of a core that is ours, from start to right
DRAWN = ("board", "kiosk", "pad")  # have a window to open, and are counted from ready
PATIENCE = 60.0  # for what must come, so that a late one is told with its time
TURNS = 20  # more than wait on this morning
CONSULT = "先问一问"


def soon(hall: WholeHall, so: Callable[[], object]) -> object:
    return hall.watch.until(lambda _: so(), PATIENCE)


def take(hall: WholeHall, *way: str, pager: str = "", kiosk: int = 1) -> str:
    """A visitor takes a number."""
    screen = f"kiosk-{kiosk}"
    for label in (*way, "取号"):
        hall.touch(screen, label)
    assert soon(hall, lambda: hall.watch.page(kiosk) == "done"), hall.watch.page(kiosk)
    number = hall.watch.screens[screen].ticket
    if pager:
        hall.touch(screen, "领震动牌")
        hall.touch(screen, pager)
    hall.touch(screen, "好了")
    assert soon(hall, lambda: hall.watch.page(kiosk) == "home")
    return number


def transfer(hall: WholeHall, pager: str = "") -> str:
    group = next(g for g in hall.hall.group if "transfer" in g.services)
    service = hall.hall.find_service("transfer")
    return take(hall, group.name, service.plain or service.name, pager=pager)


def window(hall: WholeHall, number: int) -> WindowState:
    assert hall.watch.hall_state
    return next(w for w in hall.watch.hall_state.windows if w.number == number)


def called(hall: WholeHall, at: int) -> Call:
    """The call that stands at this window, once it does."""

    def listed() -> Call | None:
        calls = hall.watch.calls.calls if hall.watch.calls else ()
        return next((c for c in calls if c.id == window(hall, at).call), None)

    call = soon(hall, listed)
    assert isinstance(call, Call), f"nobody is called to {at}"
    return call


def call_up_to(hall: WholeHall, at: int, number: str) -> Call:
    """The clerk calls one after the other until it is this number's turn; no key before the last one's call is seen."""
    before = window(hall, at).call
    for _ in range(TURNS):
        time.sleep(FINGER)  # sooner, it is the last key's echo
        hall.press(at, "NEXT")
        assert soon(hall, partial(_after, hall, at, before)), f"nobody is called to {at}"
        call = called(hall, at)
        if call.ticket == number:
            return call
        before = call.id
    raise AssertionError(f"{number} is not called to {at}")


def _after(hall: WholeHall, at: int, call: str) -> bool:
    return window(hall, at).call not in ("", call)


def reached(hall: WholeHall, call: str, channel: Channel) -> bool:
    return any(r.channel is channel and r.result.reached for r in hall.watch.reports(call))


def kill_and_start(hall: WholeHall, process: str, status: str, so: Callable[[], object]) -> None:
    """kill -9, start, and the hall must soon be right."""
    hall.kill(process)
    again(hall, process, status, so)


def again(hall: WholeHall, process: str, status: str, so: Callable[[], object]) -> None:
    assert soon(hall, lambda: not hall.watch.online(status)), f"{status} still says that it is there"
    right_again(hall, process, lambda: hall.start(process), lambda: hall.watch.online(status), so)


def right_again(
    hall: WholeHall,
    process: str,
    start: Callable[[], object],
    there: Callable[[], object],
    so: Callable[[], object],
) -> None:
    """`start` it; from then on, or from when a window says that it is there, the hall must soon be right."""
    with Pace() as starting:
        began = time.monotonic()
        start()
        assert soon(hall, there), f"{process} does not come back"
        ready = time.monotonic()
    with Pace() as becoming:
        assert soon(hall, so), f"{process} is back and the hall is not right"
        right = time.monotonic() - ready
    own, then = (ready - began) / starting.slower, right / becoming.slower
    told = (
        f"{process}: there after {ready - began:.1f} s, right {right:.2f} s later; "
        f"with a core of its own {own:.1f} s and {then:.2f} s"
    )
    print(told)
    drawn = process.split("-")[0] in DRAWN
    assert (then if drawn else own + then) <= SOON, told


def finish(hall: WholeHall, at: int) -> None:
    """A clerk whose pad says that nobody answered in time, as on a machine that is too busy, presses again."""
    for _ in range(4):
        hall.press(at, "WAIT")
        if hall.watch.until(lambda _: not window(hall, at).ticket, 8.0):
            return
    raise AssertionError(f"window {at} does not get rid of {window(hall, at).ticket}")


def journal(hall: WholeHall) -> list[Event]:
    return today(f"sqlite:///{hall.folder}/journal.db")
