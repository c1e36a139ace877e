"""A visitor with a pager is called by it first, and once more; display.policy says when the voice takes over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from caller.messages import (
    Call,
    CallsState,
    Channel,
    Condition,
    EmergencyState,
    HallState,
    ReportPager,
    Result,
    encode,
    topic,
)
from config.schema import Hall, PagerTerminal
from display.evacuation import Evacuation
from display.line import CALLS, EMERGENCY, HALL, Line, Said
from display.policy import AGAIN, pager_of, vibrations
from display.rackscan import scanner
from display.teller import NotReached, Outcome, Teller
from display.wording import page_text
from drivers.pager.gateway import PagerGateway, open_gateway

TERMINAL = "paging"  # its name under status/


def teller(line: Line, terminal: PagerTerminal) -> Teller[PagerGateway]:
    """The queue before the terminal, whatever pagers the calls are for."""

    def device_of(call: Call) -> str | None:
        pager = pager_of(line.hall, call)
        return f"pager-{pager.number}" if pager else None

    def page(wire: PagerGateway, call: Call) -> Outcome:
        pager = pager_of(line.hall, call)
        assert pager is not None  # only such calls are queued
        again = len(vibrations(call, line.hall, line.now())) > 1
        receipt = wire.page(pager.capcode, page_text(call), once=call.id + (AGAIN if again else ""))
        if not receipt.accepted:
            gone = ReportPager(
                id=f"{call.id}/out-of-range", pager=pager.number, condition=Condition.OUT_OF_RANGE
            )
            line.bus.post(topic(gone), encode(gone))
            raise NotReached(f"pager-{pager.number}", receipt.said)
        # Paging goes one way: accepted for sending is the most that a terminal can know.
        return Outcome(Result.VIBRATED)

    return Teller(
        line,
        Channel.PAGER,
        TERMINAL,
        device_of,
        lambda: open_gateway(terminal.kind, TERMINAL, terminal.url, **terminal.options),
        page,
        lambda wire: wire.check(),
        lambda call, now: vibrations(call, line.hall, now),
    )


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False."""
    with Line(hall, "pagers") as line, ExitStack() as stack:
        stack.enter_context(scanner(line))
        terminal = hall.pager_terminal
        if terminal is None:  # a rack of numbers, and nothing that calls them
            line.follow(lambda _: None, running)
            return
        queue = stack.enter_context(teller(line, terminal))
        evacuation = Evacuation(line, queue, terminal)

        def see(said: Said) -> None:
            match said:
                case CallsState():
                    queue.see(said)
                case HallState() | EmergencyState():
                    evacuation.see(said)

        def look() -> None:
            queue.look()
            evacuation.look()

        line.listen(EMERGENCY, CALLS, HALL)
        line.follow(see, running, look)
