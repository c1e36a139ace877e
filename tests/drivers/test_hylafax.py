"""A client that others wrote pages through our TAP terminal; so what our own client meets there is TAP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.sim import host
from drivers.sim.tap import TapTerminal
from tests.drivers.hylafax import Modem, pagesend

SENT, LATER = 2, 1


@pytest.fixture
def far() -> TapTerminal:
    return TapTerminal("paging", known="1234567")


@pytest.fixture
def modem(far: TapTerminal) -> Modem:
    return Modem(far)


@pytest.fixture
def served(modem: Modem) -> Iterator[host.Served]:
    with host.serve_pty(modem) as served:
        yield served


def test_a_page_is_taken_and_said_goodbye_to(
    served: host.Served, modem: Modem, far: TapTerminal, tmp_path: Path
) -> None:
    sent = pagesend(served, tmp_path / "spool", "1234567", "A012 TO 3")
    assert (sent.code, sent.status) == (SENT, ""), sent.log
    assert far.events == [{"event": "paged", "pager": "1234567", "text": "A012 TO 3"}]
    heard = b"".join(data for side, data in modem.said if side == "C")
    assert heard == b"\r\x1bPG1\r\x021234567\rA012 TO 3\r\x03375\r\x04\r"
    for step in ("login successful", "prologue done", "message block accepted", "RECV EOT (disconnect)"):
        assert step in sent.log
    assert not far.logged_in


def test_a_block_garbled_on_the_way_is_sent_again(
    served: host.Served, far: TapTerminal, tmp_path: Path
) -> None:
    served.do("nak_next", count=2)
    sent = pagesend(served, tmp_path / "spool", "1234567", "A012 TO 3")
    assert sent.code == SENT, sent.log
    assert len(far.events) == 1


def test_a_pager_that_the_terminal_does_not_know_is_refused(
    served: host.Served, far: TapTerminal, tmp_path: Path
) -> None:
    sent = pagesend(served, tmp_path / "spool", "7654321", "A012 TO 3")
    assert sent.code != SENT and sent.status, sent.log
    assert "511 Invalid pager ID" in sent.log
    assert far.events == []


def test_line_feeds_that_a_client_leaves_in_its_text_are_part_of_the_sum(
    served: host.Served, far: TapTerminal, tmp_path: Path
) -> None:
    sent = pagesend(served, tmp_path / "spool", "1234567", "A012\nTO 3\n")
    assert sent.code == SENT, sent.log
    assert [event["text"].split() for event in far.events] == [["A012", "TO", "3"]]
