"""Whatever befalls a kiosk in whatever order, no visitor gets two numbers and the glass comes home."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from caller.messages import (
    ConfirmTicket,
    Reason,
    ReserveTicket,
    VoidTicket,
)
from config.schema import Hall
from kiosk.steps import (
    CallerSaid,
    CheckPrinter,
    Page,
    Phase,
    PrinterSaid,
    Trouble,
)
from tests.kiosk.visit import Visit, ticket

TARGETS = (
    "group:trade", "group:search", "service:transfer", "service:unresolved", "take", "back", "home", "all",
    "green", "priority:elderly", "ordinary", "leave", "ok", "pager", "lend:3", "language:en", "nonsense:",
    "theme:elder", "access", "low:on", "map", "more", "need:deaf", "need:",
)  # fmt: skip
SOMETHING = st.one_of(
    st.sampled_from(TARGETS).map(lambda t: ("touch", t)),
    st.sampled_from([None, *Trouble]).map(lambda t: ("printer", t)),
    st.sampled_from([None, Trouble.PAPER, Trouble.PRINTER]).map(lambda t: ("printed", t)),
    st.sampled_from(["ok", "refused", "silence"]).map(lambda a: ("answer", a)),
    st.booleans().map(lambda online: ("caller", online)),
    st.sampled_from([0.1, 1.0, 20.0, 50.0]).map(lambda s: ("wait", s)),
)


@given(story=st.lists(SOMETHING, max_size=60))
@settings(max_examples=200)
def test_no_story_gives_two_numbers_or_ends_nowhere(hall: Hall, story: list[tuple[str, object]]) -> None:
    visit = Visit(hall)
    numbers = 0
    fate: dict[str, list[str]] = {}
    for kind, what in story:
        if kind == "answer" and visit.session.phase is Phase.RESERVING and what == "ok":
            numbers += 1
            visit.answer(ticket(f"A{numbers:03d}"))
        elif kind == "answer":
            refused = Reason.NUMBERS_USED_UP if what == "refused" else None
            _ = visit.answer(None, refused) if refused else visit.silence()
        elif kind == "touch":
            visit.touch(str(what), after=0.4)
        elif kind == "printer":
            visit.feed(PrinterSaid(what, visit.at, visit.session.job))  # type: ignore[arg-type]
        elif kind == "printed":
            visit.printed(what)  # type: ignore[arg-type]
        elif kind == "caller":
            visit.feed(CallerSaid(bool(what), visit.at))
        else:
            visit.wait(float(str(what)))
        if visit.session.phase is Phase.RESERVING:
            assert len(visit.commands(ReserveTicket)) == numbers_asked(visit)
    for command in visit.commands(ConfirmTicket):
        assert isinstance(command, ConfirmTicket)
        fate.setdefault(command.ticket, []).append(command.id)
    for command in visit.commands(VoidTicket):
        assert isinstance(command, VoidTicket)
        fate.setdefault(command.ticket, []).append(command.id)
    assert all(len(ids) == 1 for ids in fate.values()), "a number is confirmed or void, never both"
    flows = [e for e in visit.done if isinstance(e, CheckPrinter)]
    assert len(visit.commands(ReserveTicket)) <= len(flows)
    ids = [c.id for c in visit.commands(object)]  # type: ignore[attr-defined]
    assert len(ids) == len(set(ids)), "one id is one command"
    back_home(visit)


def numbers_asked(visit: Visit) -> int:
    return len({c.id for c in visit.commands(ReserveTicket)})  # type: ignore[attr-defined]


def back_home(visit: Visit) -> None:
    """Whatever happened: with the printer well and the caller there, the glass comes home by itself."""
    visit.feed(CallerSaid(True, visit.at))
    for _ in range(12):
        if visit.session.phase is Phase.RESERVING:
            visit.silence()
        visit.wait(50.0)
        visit.printer(None)
    visit.printed()
    visit.wait(20.0)
    assert visit.session.page in (Page.HOME, Page.IDLE)
    assert visit.session.ticket is None
