"""A visitor asks why somebody else was called first, and the supervisor reads one sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from caller import why
from caller.__main__ import main
from caller.daybook import measured, table
from caller.messages import (
    BookAppointment,
    CallNext,
    CallTicket,
    CheckIn,
    Command,
    ConfirmTicket,
    Event,
    FinishTicket,
    MarkNoShow,
    Park,
    ParkTicket,
    RecallTicket,
    ReserveTicket,
    ResumeTicket,
    ReturnTicket,
    TicketCalled,
    TransferTicket,
    Why,
    say_why,
)
from caller.order import Rule
from caller.rules import rules_of
from config.schema import Hall
from tests.caller.started import written
from tests.quiet import QuietHall

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


class Morning:
    """A real journal being written; every step is a minute."""

    def __init__(self, hall: Hall, folder: Path) -> None:
        self.hall = msgspec.structs.replace(
            hall, caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{folder}/journal.db")
        )
        self.quiet = QuietHall(self.hall, folder / "journal.db", NINE)
        self._commands = 0

    def does(self, what: type[Command], /, **about: object) -> None:
        self._commands += 1
        self.quiet.now += timedelta(minutes=1)
        answer = self.quiet.does(what(id=f"c{self._commands}", **about))
        assert answer.done, answer

    def takes(self, number: str, priority: str = "") -> None:
        self.does(ReserveTicket, service="transfer", priority=priority)
        self.does(ConfirmTicket, ticket=number)

    def why(self, number: str, language: str = "zh") -> str:
        return why.of_hall(self.hall, number, language)


@pytest.fixture
def morning(hall: Hall, tmp_path: Path) -> Morning:
    return Morning(hall, tmp_path)


def test_an_appointment_is_explained_by_its_slot(morning: Morning) -> None:
    with morning.quiet:
        slot = NINE + timedelta(minutes=30)
        morning.does(BookAppointment, service="transfer", slot=slot, code="BJ01")
        morning.quiet.now = slot + timedelta(minutes=5)
        morning.takes("A001")
        morning.does(CheckIn, code="BJ01")
        morning.does(ConfirmTicket, ticket="A002")
        morning.does(CallNext, window=3)
        assert morning.why("A002") == (
            "09:40 3 号窗口叫 A002：这个窗口先办的业务里，来得最早的先叫"
            "（预约 09:30，按预约时间算到达）；没有越过任何人。"
        )


def test_first_come(morning: Morning) -> None:
    with morning.quiet:
        morning.takes("A001")
        morning.does(CallNext, window=3)
        assert morning.why("A001") == (
            "09:03 3 号窗口叫 A001：这个窗口先办的业务里，来得最早的先叫；没有越过任何人。"
        )
        assert morning.why("A001", "en") == (
            "At 09:03 window 3 called A001: of what this window serves first, whoever came first is called first;"
            " nobody was overtaken."
        )


def test_the_green_channel_names_whom_it_overtook_and_the_bound_gives_the_turn_back(morning: Morning) -> None:
    with morning.quiet:
        morning.takes("A001")
        for number in ("A002", "A003", "A004"):
            morning.takes(number, "elderly")
        for _ in range(3):
            morning.does(CallNext, window=3)
        assert morning.why("A003") == (
            "09:10 3 号窗口叫 A003：绿色通道先叫，越过普通群众连叫 2 位之后一定轮到一位普通群众；"
            "越过了来得更早的 A001 (09:01)。"
        )
        assert "绿色通道已经连叫 2 位，轮到最先来的普通群众；没有越过任何人" in morning.why("A001")
        assert morning.why("A004") == "A004 还没有叫到，同一业务前面还有 0 位"


def test_out_of_order_says_the_clerks_reason(morning: Morning) -> None:
    with morning.quiet:
        for number in ("A001", "A002"):
            morning.takes(number)
        morning.does(CallTicket, window=3, ticket="A002", why=Why.URGENT)
        said = morning.why("A002")
        assert "原因是“急事急办”" in said and said.endswith("；越过了来得更早的 A001 (09:01)。")
        assert "because: urgent; it was called before A001 (09:01), who came earlier." in morning.why(
            "A002", "en"
        )


def test_whom_a_late_comer_passed_is_said_of_who_returns_and_who_is_brought_back(morning: Morning) -> None:
    """The green channel's own came after five ordinary visitors; called by number or brought back, it passes them."""
    with morning.quiet:
        for number in ("A001", "A002"):
            morning.takes(number)
        morning.takes("A003", "elderly")
        morning.does(CallNext, window=3)
        passed = "；越过了来得更早的 A001 (09:01)、A002 (09:03)。"
        assert morning.why("A003").endswith(passed)
        morning.does(ParkTicket, window=3)
        morning.does(ResumeTicket, window=3, ticket="A003")
        said = morning.why("A003")
        assert "之前在窗口办到一半挂起，现在接着办" in said and said.endswith(passed)
        morning.does(TransferTicket, window=3)
        for call in (CallNext, RecallTicket, RecallTicket, MarkNoShow):
            morning.does(call, window=3)
        morning.does(CallTicket, window=3, ticket="A003", why=Why.AT_WINDOW)
        said = morning.why("A003")
        assert "过号后按时回来，不用重新取号" in said and said.endswith(passed)
        morning.does(ParkTicket, window=3)
        morning.does(CallNext, window=3)
        morning.does(TransferTicket, window=3, at_tail=True)
        assert morning.why("A003").endswith(passed), "when they came is told as it was then"
        returned = [e for e in _events(morning) if isinstance(e, TicketCalled) and e.rule == Rule.RETURNED]
        assert [call.why for call in returned] == [Why.AT_WINDOW], "and the reason, if the clerk gave one"


def test_many_who_were_passed_are_counted_and_the_first_few_named(morning: Morning) -> None:
    with morning.quiet:
        for n in range(1, 8):
            morning.takes(f"A{n:03d}")
        morning.takes("A008", "elderly")
        morning.does(CallTicket, window=3, ticket="A007", why=Why.URGENT)
        first = "A001 (09:01)、A002 (09:03)、A003 (09:05)、A004 (09:07)、A005 (09:09)"
        assert morning.why("A007").endswith(f"；本来轮到 A008 (09:15)；越过了来得更早的 {first} 等 6 位。")
        assert "; it was the turn of A008 (09:15); " in morning.why("A007", "en")
        assert "A005 (09:09) and others, 6 in all, who came earlier." in morning.why("A007", "en")
        report = table(measured(_events(morning), morning.quiet.now), "Asia/Shanghai")
        assert "越过 A001、A002、A003、A004、A005 等 6 位" in report


def test_overdue_says_how_long(morning: Morning) -> None:
    with morning.quiet:
        morning.takes("A001")
        morning.takes("A002", "elderly")
        morning.quiet.now += timedelta(minutes=60)
        morning.does(CallNext, window=3)
        assert "已经等了 64 分钟，超过最长等候时间的先叫" in morning.why("A001")


def test_recalled_parked_and_missed(morning: Morning) -> None:
    with morning.quiet:
        for number in ("A001", "A002"):
            morning.takes(number)
        morning.does(CallNext, window=3)
        morning.does(RecallTicket, window=3)
        assert "09:05 3 号窗口叫 A001：这个窗口" in morning.why("A001"), "the recall is the same choice"
        morning.does(ParkTicket, window=3)
        morning.does(ResumeTicket, window=4, ticket="A001")
        assert "4 号窗口叫 A001：之前在窗口办到一半挂起，现在接着办" in morning.why("A001")
        morning.does(CallNext, window=3)
        for _ in range(2):
            morning.does(RecallTicket, window=3)
        morning.does(MarkNoShow, window=3)
        morning.does(CallTicket, window=5, ticket="A002")
        assert "过号后按时回来，不用重新取号" in morning.why("A002")


def test_whose_place_is_not_where_they_stood_up_is_explained(morning: Morning) -> None:
    with morning.quiet:
        for number in ("A001", "A002", "A003", "A004"):
            morning.takes(number)
        morning.does(CallNext, window=3)
        for _ in range(2):
            morning.does(RecallTicket, window=3)
        morning.does(MarkNoShow, window=3)
        morning.does(ReturnTicket, ticket="A001")
        morning.does(CallNext, window=3)
        morning.does(TransferTicket, window=3, to_window=4)
        morning.does(CallNext, window=4)
        assert "（从 3 号窗口转来，还按 09:03 来的排）" in morning.why("A002")
        morning.does(TransferTicket, window=4, at_tail=True)
        morning.does(CallNext, window=3)
        morning.does(CallNext, window=3)
        assert "来得最早的先叫（过号后按时回来，排在 A003 之后）；没有越过任何人。" in morning.why("A001")
        assert "(back in time after a missed call, behind A003)" in morning.why("A001", "en")
        morning.does(ParkTicket, window=3, kind=Park.WAITING, minutes=5)
        morning.does(CallNext, window=3)
        morning.does(CallNext, window=3)
        assert "（从 4 号窗口转来，排到最后，算 09:1" in morning.why("A002")
        morning.quiet.now += timedelta(minutes=5)
        morning.does(CallNext, window=3)
        assert "（挂起到时间，还按 09:05 来的排）" in morning.why("A001")


def test_the_next_service_of_a_ticket_and_another_day(morning: Morning) -> None:
    with morning.quiet:
        morning.does(ReserveTicket, service="transfer", then=("mortgage",))
        morning.does(ConfirmTicket, ticket="A001")
        morning.does(CallNext, window=3)
        morning.does(FinishTicket, window=3)
        morning.does(CallNext, window=8)
        said = morning.why("A001")
        assert said.startswith("09:05 8 号窗口叫 A001：") and "（从 3 号窗口转来，还按 09:01 来的排）" in said
        morning.quiet.now += timedelta(days=1)
        morning.takes("A001")
        assert morning.why("A001") == "A001 还没有叫到，同一业务前面还有 0 位"
        assert why.of_hall(morning.hall, "A001", day="2026-11-23") == said


def test_held_and_unknown(morning: Morning) -> None:
    with morning.quiet:
        morning.does(ReserveTicket, service="transfer")
        assert morning.why("A001") == "A001 还没有叫过"
        assert morning.why("A404") == ""


def test_every_rule_has_its_own_words_in_both_languages(hall: Hall) -> None:
    """A recall is no choice of its own: it is explained by the call before."""
    for language in ("zh", "en"):
        said = {
            why._reason(
                TicketCalled(
                    at=NINE, call="c", ticket="A001", window=3, attempt=1, rule=rule, why=Why.URGENT
                ),
                5,
                rules_of(hall),
                language,
            )
            for rule in Rule
            if rule is not Rule.RECALL
        }
        assert len(said) == len(Rule) - 1


def test_every_reason_has_its_own_words_in_both_languages() -> None:
    for language in ("zh", "en"):
        assert len({say_why(reason, language) for reason in Why}) == len(Why)
    assert all(say_why(r, "en").isascii() for r in Why)


def test_the_front_door(morning: Morning, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with morning.quiet:
        morning.takes("A001")
        morning.does(CallNext, window=3)
    file = str(written(morning.hall, tmp_path))
    assert main(["why", "a001", "--config", file]) == 0
    assert (
        capsys.readouterr().out
        == why.told(_events(morning), rules_of(morning.hall), "A001", "Asia/Shanghai") + "\n"
    )
    assert main(["why", "A404", "--config", file, "--language", "en"]) == 1
    assert capsys.readouterr().out.isascii()
    lost = msgspec.structs.replace(
        morning.hall,
        caller=msgspec.structs.replace(morning.hall.caller, journal=f"sqlite:///{tmp_path}/no/j.db"),
    )
    assert main(["why", "A001", "--config", str(written(lost, tmp_path))]) == 69


def _events(morning: Morning) -> list[Event]:
    return why.today(morning.hall.caller.journal)
