"""`python -m caller pagers`: where every pager is, and the few words that a person says about one.

The table is read from the journal and needs neither the bus nor the caller service; what is said is a command.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from caller import rack
from caller.asking import asked, ended, new_id
from caller.messages import (
    Command,
    Condition,
    PagersState,
    PagerState,
    ReportPager,
    ReturnPager,
    Whereabouts,
    say,
)
from caller.queue import evolve
from caller.rules import rules_of
from caller.state import State
from caller.why import today
from config import entry
from config.languages import _, languages
from config.schema import Hall

SAID = {
    "lost": Condition.LOST,
    "flat": Condition.FLAT,
    "low": Condition.LOW,
    "fine": Condition.FINE,
}


def of_hall(hall: Hall) -> PagersState:
    """The rack as the hall's own journal tells it; raises JournalError."""
    state = State(rules_of(hall))
    for event in today(hall.caller.journal):
        state = evolve(state, event)
    return rack.pagers_state(state)


def table(state: PagersState, zone: str, language: str = "zh", only_lost: bool = False) -> Iterable[str]:
    """A line for each pager of which there is something to say, and one that counts the rest."""
    speaking = [p for p in state.pagers if _speaks(p) and (not only_lost or p.condition is Condition.LOST)]
    for pager in speaking:
        yield "  ".join((f"{pager.number:>3}", *_words(pager, zone, language)))
    if only_lost:
        if not speaking:
            yield _("没有丢失的震动牌", language)
        return
    ready = sum(p.where is Whereabouts.RACK and p.condition.lendable for p in state.pagers)
    yield _("在架可借 {ready} 个，共 {all} 个", language).format(ready=ready, all=len(state.pagers))


def _speaks(pager: PagerState) -> bool:
    return pager.where is not Whereabouts.RACK or pager.condition is not Condition.FINE


def _words(pager: PagerState, zone: str, language: str) -> Iterable[str]:
    yield where(pager.where, language) if pager.condition is not Condition.LOST else _("丢失", language)
    if pager.condition not in (Condition.FINE, Condition.LOST):
        yield condition(pager.condition, language)
    if pager.holder and pager.since is not None:
        since = pager.since.astimezone(ZoneInfo(zone))
        yield _("{ticket}，{time} 借出", language).format(ticket=pager.holder, time=f"{since:%m-%d %H:%M}")


def where(whereabouts: Whereabouts, language: str = "zh") -> str:
    match whereabouts:
        case Whereabouts.RACK:
            return _("在架", language)
        case Whereabouts.LENT:
            return _("借出", language)
        case Whereabouts.DUE:
            return _("待还", language)


def condition(of: Condition, language: str = "zh") -> str:
    match of:
        case Condition.FINE:
            return _("正常", language)
        case Condition.LOW:
            return _("电量低", language)
        case Condition.FLAT:
            return _("没电", language)
        case Condition.OUT_OF_RANGE:
            return _("收不到", language)
        case Condition.LOST:
            return _("丢失", language)


def main(arguments: Sequence[str]) -> int:
    """0 told or done, 1 refused, 69 when there is no journal or nobody answers."""
    line = entry.parser("python -m caller pagers", "震动牌在哪里 / where every pager is")
    line.add_argument("what", nargs="?", choices=("list", "return", *SAID), default="list")
    line.add_argument("number", nargs="*", type=int, help="7 8")
    line.add_argument("--lost", action="store_true", help="只列丢失的 / the lost ones only")
    line.add_argument("--language", choices=languages(), default="zh")
    options = line.parse_args(arguments)
    hall = entry.hall(options.config)

    def listed() -> int:
        for row in table(of_hall(hall), hall.hall.timezone, options.language, options.lost):
            print(row)
        return 0

    return ended(
        hall, listed if options.what == "list" else lambda: _tell(hall, options.what, options.number)
    )


def _tell(hall: Hall, what: str, numbers: Sequence[int]) -> int:
    code = 0
    for number in numbers:
        command: Command = ReturnPager(id=new_id(), pager=number)
        if what in SAID:
            command = ReportPager(id=new_id(), pager=number, condition=SAID[what])
        answer = asked(hall, command)
        print(number, say(answer.reason) if answer.reason else _("已登记"))
        code = code or int(not answer.done)
    return code
