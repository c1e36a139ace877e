"""Phones, pagers and evaluators of a day that is played on the queue alone."""

from __future__ import annotations

from collections.abc import Callable

from caller.messages import Answer, CancelTicket, Channel, RateService, ReportDelivery, Result
from caller.queues import queue_states
from display.phone.book import Book
from display.phone.view import PhoneView
from tests import orders
from tests.day import Happen, Open, Step
from tests.daywords import newest_bad, rack_word
from tests.quiet import QuietHall


class Visits:
    """The pages that are open, and what people do after a call."""

    ACTORS = ("phone", "pager", "evaluator")

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}  # by ticket: the code of each page that is open

    def do(self, quiet: QuietHall, step: Step, token: Callable[[str], str]) -> Answer | None:
        number, id = step.actor.number, f"{step.line}"
        match step.action:
            case Open(ticket=ticket, gives_up=True):
                return quiet.does(CancelTicket(id=id, ticket=ticket, token=self._tokens[ticket]))
            case Open(ticket=ticket):
                self._tokens[ticket] = token(ticket) or "nobody-has-this"
                return None
            case Happen(what=what) if step.actor.kind == "pager":
                return quiet.does(orders.befallen(number, what, id))
            case Happen(what=what):
                return quiet.does(RateService(id=id, window=number, mark=int(what[-1])))
        raise AssertionError(step.text)

    def see(self, quiet: QuietHall, what: str, which: str) -> tuple[str, ...]:
        match what:
            case "rack":
                return which, rack_word(quiet.pagers, int(which))
            case "bad":
                return (newest_bad(quiet.marks),)
        shown = page(quiet, self._tokens[which])
        told = [report for call in quiet.calls.calls if call.id == shown.call for report in call.reports]
        assert not shown.call or any(report.channel is Channel.PHONE for report in told)
        return which, shown.mood

    def look(self, quiet: QuietHall) -> None:
        """Everybody looks at their page; one that shows a call says so."""
        for token in self._tokens.values():
            call = page(quiet, token).call
            if call:
                seen = ReportDelivery(
                    id=f"{call}/phone", call=call, channel=Channel.PHONE, device="phone", result=Result.SHOWN
                )
                assert quiet.does(seen).done


def page(quiet: QuietHall, token: str) -> PhoneView:
    """What the page behind this code shows."""
    book = Book(quiet.hall)
    for queue in queue_states(quiet.caller._state).values():
        book.see(queue)
    book.see(quiet.calls)
    return book.look(token)
