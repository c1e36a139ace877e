"""What a clerk's key means: a table, read aloud."""

from __future__ import annotations

import pytest

from caller.keymap import Keymap, Unclear, command
from caller.messages import (
    CallNext,
    CallOff,
    CallTicket,
    CloseWindow,
    Command,
    EvacuateHall,
    FinishTicket,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    PauseWindow,
    RecallTicket,
    ResumeTicket,
    ReturnTicket,
    ServeTicket,
    TransferTicket,
    Why,
    WindowState,
    WindowStatus,
    decode,
    encode,
)
from config.actions import ACTIONS
from config.schema import Hall, KeypadKind
from drivers.keypad.ff68 import KEYS
from drivers.keypad.keys import CODES, DIGITS
from drivers.keypad.press import Press

RS485, USB, MODBUS = KeypadKind.RS485, KeypadKind.USB, KeypadKind.MODBUS
OPEN, PAUSED, CLOSED = WindowStatus.OPEN, WindowStatus.PAUSED, WindowStatus.CLOSED


@pytest.mark.parametrize(
    ("kind", "typed", "key", "expected"),
    [
        (RS485, "", "NEXT", CallNext(id="x", window=3)),
        (RS485, "12", "NEXT", CallTicket(id="x", window=3, ticket="12", why=Why.AT_WINDOW)),
        (RS485, "", "RECALL", RecallTicket(id="x", window=3)),
        (RS485, "", "START", ServeTicket(id="x", window=3)),
        (RS485, "", "WAIT", FinishTicket(id="x", window=3)),
        (RS485, "", "CANCEL", MarkNoShow(id="x", window=3)),
        (RS485, "", "PAUSE", PauseWindow(id="x", window=3)),
        (RS485, "0", "FUNCTION", ParkTicket(id="x", window=3, kind=Park.WITHOUT_PAPERS)),
        (RS485, "3", "FUNCTION", ResumeTicket(id="x", window=3)),
        (RS485, "4", "FUNCTION", CloseWindow(id="x", window=3)),
        (RS485, "6", "FUNCTION", MarkNoShow(id="x", window=3)),
        (RS485, "018", "FUNCTION", OpenWindow(id="x", window=3, clerk="018")),
        (RS485, "8", "START", TransferTicket(id="x", window=3, to_window=8)),
        (RS485, "8", "TRANSFER", TransferTicket(id="x", window=3, to_window=8)),
        (RS485, "119", "FUNCTION", EvacuateHall(id="x")),
        (RS485, "1190", "FUNCTION", CallOff(id="x")),
        (USB, "119", "ESC", EvacuateHall(id="x")),
        (USB, "", "KPENTER", CallNext(id="x", window=3)),
        (USB, "7", "KPENTER", CallTicket(id="x", window=3, ticket="7", why=Why.AT_WINDOW)),
        (USB, "", "KPPLUS", RecallTicket(id="x", window=3)),
        (USB, "12", "KPSLASH", ResumeTicket(id="x", window=3, ticket="12")),
        (RS485, "5", "RECALL", ReturnTicket(id="x", window=3, ticket="5")),
        (USB, "5", "KPPLUS", ReturnTicket(id="x", window=3, ticket="5")),
        (USB, "10", "KPASTERISK", TransferTicket(id="x", window=3, to_window=10)),
        (USB, "1", "KP1", None),
        (USB, "", "BACKSPACE", None),
    ],
)
def test_what_a_key_means(hall: Hall, kind: KeypadKind, typed: str, key: str, expected: Command) -> None:
    action, digits = Keymap(hall.keymap[kind]).meaning(Press("pad", key, typed))
    assert command(action, digits, 3, None, "x") == expected


@pytest.mark.parametrize(
    ("kind", "typed", "key", "why"),
    [
        (RS485, "", "LINE", "这个键在这里没有用"),
        (RS485, "", "FUNCTION", "这个键在这里没有用"),
        (RS485, "5", "CANCEL", "这个键在这里没有用"),
        (RS485, "", "TRANSFER", "请先输窗口号，再按转移"),
        (RS485, "0", "START", "没有这个窗口"),
        (RS485, "123", "START", "没有这个窗口"),
        (RS485, "123456", "NEXT", "今天没有这个号"),
        (USB, "5", "KPMINUS", "这个键在这里没有用"),
    ],
)
def test_what_is_refused_in_words(hall: Hall, kind: KeypadKind, typed: str, key: str, why: str) -> None:
    action, digits = Keymap(hall.keymap[kind]).meaning(Press("pad", key, typed))
    with pytest.raises(Unclear) as refused:
        command(action, digits, 3, None, "x")
    assert refused.value.why == why


def test_an_exact_binding_wins_over_any_digits() -> None:
    keymap = Keymap({"6 FUNCTION": "mark-no-show", "digits FUNCTION": "open-window"})
    assert keymap.meaning(Press("pad", "FUNCTION", "6")) == ("mark-no-show", "")
    assert keymap.meaning(Press("pad", "FUNCTION", "06")) == ("open-window", "06")


@pytest.mark.parametrize(
    ("status", "kind"), [(OPEN, PauseWindow), (PAUSED, OpenWindow), (CLOSED, OpenWindow)]
)
def test_the_pause_key_stops_and_starts(status: WindowStatus, kind: type[Command]) -> None:
    assert isinstance(command("pause-window", "", 3, WindowState(number=3, status=status), "x"), kind)


def test_every_binding_of_the_example_hall_is_a_command_that_the_wire_takes(hall: Hall) -> None:
    boxes = {f"B{number}" for number in range(1, 9)}  # eight buttons unless hall.toml says otherwise
    names = {RS485: set(KEYS.values()), USB: set(CODES), MODBUS: boxes}
    for kind, bindings in hall.keymap.items():
        for binding in bindings:
            typed, _, key = binding.rpartition(" ")
            assert key in names[kind], binding
            digits = "12" if typed == "digits" else typed
            action, about = Keymap(bindings).meaning(Press("pad", key, digits))
            assert action == bindings[binding]
            if action == "transfer-ticket" and not about:
                continue  # it waits for a window's number
            order = command(action, about, 3, None, "x")
            assert order is None or decode(encode(order), type(order)) == order


def test_every_action_has_its_command_or_types_only() -> None:
    silent = {a for a in ACTIONS if a != "nothing" and command(a, "12", 3, None, "x") is None}
    assert silent == {"digit", "clear"}


def test_digits_alone_are_never_a_refusal(hall: Hall) -> None:
    keymap = Keymap(hall.keymap[USB])
    assert {keymap.meaning(Press("pad", key, d))[0] for key, d in DIGITS.items()} == {"digit"}


def test_an_unknown_action_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="dance"):
        Keymap({"NEXT": "dance"})
