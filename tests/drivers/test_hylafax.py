"""A client that others wrote pages through our TAP terminal; so what our own client meets there is TAP."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from drivers.sim import host
from drivers.sim.tap import TapTerminal
from tests.drivers.hylafax import Modem, Sent, pagesend

SENT = 2


@dataclass(frozen=True)
class Call:
    """One page, what happens on its way, and afterwards what both sides know of it."""

    text: str = "A012 TO 3"
    pager: str = "1234567"
    garbled: int = 0


CALLS = {
    "taken": Call(),
    "garbled": Call(garbled=2),
    "unknown": Call(pager="7654321"),
    "lines": Call(text="A012\nTO 3\n"),
}


@dataclass(frozen=True)
class Made:
    sent: Sent
    modem: Modem
    far: TapTerminal


def make(call: Call, spool: Path) -> Made:
    far = TapTerminal("paging", known="1234567")
    modem = Modem(far)
    with host.serve_pty(modem) as served:
        if call.garbled:
            served.do("nak_next", count=call.garbled)
        return Made(pagesend(served, spool, call.pager, call.text), modem, far)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Made]:
    """All calls at the same time, each through a modem and to a terminal of its own: pagesend mostly waits."""
    spool = tmp_path_factory.mktemp("spool")
    with ThreadPoolExecutor(len(CALLS)) as pool:
        done = pool.map(lambda name: make(CALLS[name], spool / name), CALLS)
        return dict(zip(CALLS, done, strict=True))


def events(call: Made) -> list[dict[str, Any]]:
    return call.far.events


def test_a_page_is_taken_and_said_goodbye_to(made: Mapping[str, Made]) -> None:
    call = made["taken"]
    assert (call.sent.code, call.sent.status) == (SENT, ""), call.sent.log
    assert events(call) == [{"event": "paged", "pager": "1234567", "text": "A012 TO 3"}]
    heard = b"".join(data for side, data in call.modem.said if side == "C")
    assert heard == b"\r\x1bPG1\r\x021234567\rA012 TO 3\r\x03375\r\x04\r"
    for step in ("login successful", "prologue done", "message block accepted", "RECV EOT (disconnect)"):
        assert step in call.sent.log
    assert not call.far.logged_in


def test_a_block_garbled_on_the_way_is_sent_again(made: Mapping[str, Made]) -> None:
    assert made["garbled"].sent.code == SENT, made["garbled"].sent.log
    assert len(events(made["garbled"])) == 1


def test_a_pager_that_the_terminal_does_not_know_is_refused(made: Mapping[str, Made]) -> None:
    sent = made["unknown"].sent
    assert sent.code != SENT and sent.status, sent.log
    assert "511 Invalid pager ID" in sent.log
    assert events(made["unknown"]) == []


def test_line_feeds_that_a_client_leaves_in_its_text_are_part_of_the_sum(made: Mapping[str, Made]) -> None:
    assert made["lines"].sent.code == SENT, made["lines"].sent.log
    assert [event["text"].split() for event in events(made["lines"])] == [["A012", "TO", "3"]]
