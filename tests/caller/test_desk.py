"""The desk and the supervisor at a shell: one number, or the hours of today, and a sentence for each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import main
from caller.messages import (
    CallNext,
    FinishTicket,
    MarkNoShow,
    RecallTicket,
    ServeTicket,
    TransferTicket,
)
from config.schema import Hall
from tests.caller.started import written
from tests.caller.witness import Witness

Desk = Callable[..., int]


@pytest.fixture
def ours(ours: Hall) -> Hall:
    """One that is open at any hour."""
    always = msgspec.structs.replace(ours.hall, hours=("00:00-23:59",), day_starts="00:00")
    days = msgspec.structs.replace(ours.calendar, weekend=())
    return msgspec.structs.replace(ours, hall=always, calendar=days)


@pytest.fixture
def desk(service: Hall, witness: Witness, tmp_path: Path) -> Desk:
    file = str(written(service, tmp_path))
    return lambda *words: main(["desk", *words, "--config", file])


def test_a_number_for_several_people_and_services(
    desk: Desk, witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    assert desk("give", "转移登记", "--then", "缴税", "--then", "collect", "--people", "3") == 0
    assert capsys.readouterr().out == "A001，前面还有 0 位，请写给群众\n"
    assert desk("show", "a001") == 0
    said = capsys.readouterr().out
    assert said.startswith("A001 转移登记：等候，") and "同来 3 人，接着 缴税 → 领证" in said
    assert desk("give", "理发") == 1
    assert "没有这项业务：理发" in capsys.readouterr().err
    assert desk("show", "A404") == 1


def test_missed_and_back_void_and_cancelled(
    desk: Desk, witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        desk("give", "transfer")
    witness.ask(CallNext(id="next", window=3))
    for n in range(2):
        witness.ask(RecallTicket(id=f"again-{n}", window=3))
    witness.ask(MarkNoShow(id="missed", window=3))
    capsys.readouterr()
    assert desk("back", "a001") == 0
    assert desk("back", "A001") == 1, "who waits is not away"
    captured = capsys.readouterr()
    assert captured.out == "已办好\n" and captured.err == "这个号现在不能这样操作\n"
    assert desk("cancel", "A001", "https://hall.example/t/guessed") == 1
    assert desk("void", "A001", "--why", "写错") == 0
    assert desk("show", "A001") == 0 and "作废" in capsys.readouterr().out


def test_who_was_asked_first_is_found(
    desk: Desk, witness: Witness, capsys: pytest.CaptureFixture[str]
) -> None:
    desk("give", "transfer")
    witness.ask(CallNext(id="n1", window=3))
    witness.ask(ServeTicket(id="s1", window=3))
    witness.ask(TransferTicket(id="t1", window=3, to_window=4, note="只差盖章"))
    witness.ask(CallNext(id="n2", window=4))
    witness.ask(FinishTicket(id="f2", window=4))
    capsys.readouterr()
    assert desk("show", "A001") == 0
    assert "办结" in (said := capsys.readouterr().out)
    assert "首问 3 号窗口" in said and "留言：只差盖章" in said


def test_hours_are_extended(desk: Desk, witness: Witness, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("extend", "23:59") == 0
    assert desk("extend", "23:59", "--service", "转移登记") == 0
    assert desk("extend", "23:59", "--service", "理发") == 1


def test_nobody_there_is_told_so(ours: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caller.asking.PATIENCE", 0.2)
    file = str(written(ours, tmp_path))
    assert main(["desk", "--config", file, "void", "A001"]) == 69
    assert main(["desk", "--config", file, "show", "A001"]) == 69
