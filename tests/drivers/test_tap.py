"""A silent call: TAP against captured bytes, a terminal that errs, and a real line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DeviceLost
from drivers.onwire import with_line
from drivers.pager import tap
from drivers.pager.driver import TapTerminal
from drivers.pager.receipt import Receipt
from drivers.pager.tap import Dialogue, Over, Patience, Ready, Send, Step
from drivers.sim import host
from drivers.sim import tap as far_end
from drivers.words import _

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "tap.json").read_text("utf-8"))
SENT = "211 Page(s) Sent Successfully"
SHORT = Patience(block=0.3)


@pytest.mark.parametrize("vector", VECTORS["blocks"], ids=lambda v: v["name"])
def test_blocks_as_published_and_as_captured(vector: dict[str, Any]) -> None:
    assert tap.block(vector["pager"], vector["text"]) == bytes.fromhex(vector["hex"])


def test_a_whole_dialogue_as_an_independent_client_had_it() -> None:
    ours, theirs = Dialogue(), far_end.TapTerminal("paging")
    page = iter([lambda: ours.page("1234567", "A012 TO 3", 0.0), lambda: ours.finish(0.0)])
    actions, heard = ours.start(0.0), b""
    for side, text in VECTORS["dialogue"]["lines"]:
        expected = bytes.fromhex(text)
        if side == "C":
            if not actions:
                actions = next(page)()
            [send] = actions
            assert isinstance(send, Send)
            assert send.data == expected
            heard = theirs.receive(send.data)
        else:
            assert heard == expected
            actions = [a for a in ours.receive(heard, 0.0) if not isinstance(a, Ready | Receipt)]
    assert actions == [Over()]
    assert theirs.events == [{"event": "paged", "pager": "1234567", "text": "A012 TO 3"}]


@given(st.lists(st.integers(0, 40), max_size=8), st.binary(max_size=30).filter(lambda b: b"ID=" not in b))
def test_any_chopping_and_any_modem_noise_before_the_prompt(cuts: list[int], noise: bytes) -> None:
    stream = b"ID=110 1.8\r\n\x06\r\nWELCOME \x1b[p\r"
    dialogue = Dialogue()
    dialogue.start(0.0)
    before = dialogue.receive(noise.replace(b"\x1b", b""), 0.0)
    assert before == []
    actions = []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(stream)], strict=True):
        actions += dialogue.receive(stream[start:stop], 0.0)
    assert actions == [Send(b"\x1bPG1\r"), Ready()]


def logged_in() -> Dialogue:
    dialogue = Dialogue()
    dialogue.start(0.0)
    dialogue.receive(b"ID=", 0.0)
    dialogue.receive(b"\x06\r\x1b[p\r", 0.0)
    assert dialogue.step is Step.READY
    return dialogue


def test_silence_is_asked_three_times_and_then_believed() -> None:
    dialogue = Dialogue()
    assert dialogue.start(0.0) == [Send(b"\r")]
    assert dialogue.tick(0.4) == []
    assert dialogue.tick(0.5) == [Send(b"\x03@@@\r\x04\r")]  # perhaps it is still in a call that was cut off
    assert dialogue.tick(1.9) == []
    assert dialogue.tick(2.0) == [Send(b"\x04\r\r")]
    assert dialogue.receive(b"115 Thank you\r\x1b\x04\r", 2.1) == []
    assert dialogue.tick(4.0) == [Send(b"\x04\r\r")]
    assert dialogue.tick(6.0) == [Over(_("寻呼台没有应答"))]


def test_a_garbled_block_is_sent_three_times_and_a_page_is_never_repeated_after_silence() -> None:
    dialogue = logged_in()
    [block] = dialogue.page("7", "A012", 0.0)
    assert dialogue.receive(b"514 Checksum\r\x15\r", 0.0) == [block]
    assert dialogue.receive(b"\x15\r", 0.0) == [block]
    assert dialogue.receive(b"\x15\r", 0.0) == [Receipt("7", False, "514 Checksum")]
    assert dialogue.step is Step.READY
    dialogue.page("7", "A013", 0.0)
    assert dialogue.tick(60.0) == [Over(_("寻呼台没有答复呼叫"))]


def test_only_what_a_pager_can_show_is_sent() -> None:
    for pager, text in (
        ("7", "请到3号窗口"),
        ("７", "A012"),
        ("", "A012"),
        ("7", "A\r012"),
        ("7", "A" * 300),
    ):
        with pytest.raises(ValueError, match=r"pager|fit"):
            tap.block(pager, text)
    with pytest.raises(ValueError, match="CLOSED"):
        Dialogue().page("7", "A012", 0.0)


def test_the_line_is_seven_even_one_unless_the_url_says_otherwise() -> None:
    seven_even = "serial:/dev/ttyS0?baud=9600&bits=7&parity=E&flow=soft"
    assert with_line("serial:/dev/ttyS0", TapTerminal.line) == seven_even
    own = "serial:/dev/ttyS0?baud=2400&bits=7&parity=N&flow=soft"
    assert with_line("serial:/dev/ttyS0?baud=2400&parity=N", TapTerminal.line) == own
    assert with_line("tcp:127.0.0.1:700", TapTerminal.line) == "tcp:127.0.0.1:700"


@pytest.fixture
def far() -> far_end.TapTerminal:
    return far_end.TapTerminal("paging", known="1000001,1000002")


@pytest.fixture(params=["pty", "tcp"])
def served(request: pytest.FixtureRequest, far: far_end.TapTerminal) -> Iterator[host.Served]:
    with (host.serve_pty if request.param == "pty" else host.serve_tcp)(far) as served:
        yield served


def test_several_pages_in_one_login(served: host.Served, far: far_end.TapTerminal) -> None:
    with TapTerminal("paging", served.url) as terminal:
        assert terminal.page("1000001", "A012 TO 3") == Receipt("1000001", True, SENT)
        assert terminal.page("1000002", "B007 TO 5") == Receipt("1000002", True, SENT)
        assert terminal.page("9999999", "A013 TO 3") == Receipt("9999999", False, "511 Invalid pager ID")
    assert [event["text"] for event in far.events] == ["A012 TO 3", "B007 TO 5"]
    assert not far.logged_in


def test_a_noisy_line_and_a_refusal(served: host.Served, far: far_end.TapTerminal) -> None:
    with TapTerminal("paging", served.url) as terminal:
        served.do("nak_next", count=2)
        assert terminal.page("1000001", "A012 TO 3").accepted
        served.do("nak_next", count=3)
        assert terminal.page("1000001", "A013 TO 3") == Receipt("1000001", False, "514 Checksum error")
        served.do("reject_next")
        assert not terminal.page("1000001", "A014 TO 3").accepted
        served.do("out_of_range", pager="1000002")
        assert terminal.page("1000002", "A015 TO 3").accepted
        served.do("in_range", pager="1000002")
    assert [(event["event"], event["text"]) for event in far.events] == [
        ("paged", "A012 TO 3"),
        ("missed", "A015 TO 3"),
    ]


def test_a_terminal_that_hangs_up_between_two_pages_is_called_again(
    served: host.Served, far: far_end.TapTerminal
) -> None:
    with TapTerminal("paging", served.url) as terminal:
        served.do("hang_up")
        assert terminal.page("1000001", "A012 TO 3").accepted
    assert len(far.events) == 1


def test_a_wrong_password_and_a_dead_terminal_are_lost(served: host.Served, far: far_end.TapTerminal) -> None:
    far.password = "SECRET"
    with pytest.raises(DeviceLost, match="挂断"), TapTerminal("paging", served.url, "WRONG"):
        pass
    with TapTerminal("paging", served.url, "SECRET", SHORT) as terminal:
        served.do("die")
        with pytest.raises(DeviceLost, match="paging"):
            terminal.page("1000001", "A012 TO 3")
    assert far.events == []


@given(st.binary(max_size=120))
def test_no_bytes_can_upset_the_terminal_or_the_dialogue(data: bytes) -> None:
    terminal = far_end.TapTerminal("paging")
    terminal.receive(b"\r\x1bPG1\r" + data)
    dialogue = logged_in()
    dialogue.page("7", "A012", 0.0)
    dialogue.receive(data, 0.0)
