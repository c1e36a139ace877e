"""A visitor with a pager is called by it first, and once more; display.policy says when the voice takes over."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from caller.messages import Call, CallsState, Channel, HallState, Result, Status
from config.schema import Hall, PagerTerminal
from display.line import CALLS, Line
from display.policy import AGAIN, pager_of, vibrations
from display.teller import NotReached, Teller
from display.wording import page_text
from drivers.pager.gateway import PagerGateway, open_gateway

TERMINAL = "paging"  # its name under status/


def teller(line: Line, terminal: PagerTerminal) -> Teller[PagerGateway]:
    """The queue before the terminal, whatever pagers the calls are for."""

    def device_of(call: Call) -> str | None:
        pager = pager_of(line.hall, call)
        return f"pager-{pager.number}" if pager else None

    def page(wire: PagerGateway, call: Call) -> Result:
        pager = pager_of(line.hall, call)
        assert pager is not None  # only such calls are queued
        again = len(vibrations(call, line.hall, line.now())) > 1
        receipt = wire.page(pager.capcode, page_text(call), once=call.id + (AGAIN if again else ""))
        if not receipt.accepted:
            raise NotReached(f"pager-{pager.number}", receipt.said)
        # Paging goes one way: accepted for sending is the most that a terminal can know.
        return Result.VIBRATED

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
        queue = stack.enter_context(teller(line, hall.pager_terminal)) if hall.pager_terminal else None

        def see(said: HallState | CallsState | Status) -> None:
            if queue is not None and isinstance(said, CallsState):
                queue.see(said)

        line.listen(CALLS)
        line.follow(see, running, queue.look if queue is not None else lambda: None)
