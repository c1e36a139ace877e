"""A PC's keyboard is a number pad too."""

from __future__ import annotations

import pytest

from caller.keymap import Keymap
from caller.pad.keyboard import KEYMAP, KEYS, Keyboard
from drivers.keypad.keys import CODES

ENTER, ESC, PLUS, STAR, EIGHT = 13, 27, 43, 42, 56


def typed(keyboard: Keyboard, text: str, at: float = 0.0) -> None:
    for character in text:
        keyboard.down(ord(character), at)
        keyboard.up(ord(character))


@pytest.mark.parametrize(
    ("text", "code", "meaning"),
    [
        ("", ENTER, ("call-next", "")),
        ("12", ENTER, ("call-ticket", "12")),
        ("", PLUS, ("recall-ticket", "")),
        ("8", STAR, ("transfer-ticket", "8")),
        ("12", ESC, ("clear", "")),
        ("", 271, ("call-next", "")),
    ],
)
def test_what_typing_means(text: str, code: int, meaning: tuple[str, str]) -> None:
    keyboard = Keyboard("pad-11")
    typed(keyboard, text)
    press = keyboard.down(code, 0.5)
    assert press is not None
    assert Keymap(KEYMAP).meaning(press) == meaning


def test_number_block_and_main_block_are_the_same() -> None:
    assert {KEYS[48 + n] for n in range(10)} == {KEYS[256 + n] for n in range(10)}
    assert set(KEYS.values()) - {f"F{n}" for n in range(1, 6)} <= set(CODES)


def test_a_key_held_down_is_one_press() -> None:
    keyboard = Keyboard("pad-11")
    assert keyboard.down(ENTER, 0.0) is not None
    assert [keyboard.down(ENTER, 0.5 + n / 30) for n in range(90)] == [None] * 90
    keyboard.up(ENTER)
    assert keyboard.down(ENTER, 4.0) is not None


def test_a_release_that_was_missed_does_not_stick() -> None:
    keyboard = Keyboard("pad-11")
    keyboard.down(ENTER, 0.0)
    assert keyboard.down(ENTER, 30.0) is not None


def test_old_digits_are_neither_shown_nor_meant() -> None:
    keyboard = Keyboard("pad-11")
    typed(keyboard, "12", 0.0)
    assert keyboard.typed(7.9) == "12"
    assert keyboard.typed(8.1) == ""
    press = keyboard.down(ENTER, 8.1)
    assert press is not None and press.digits == ""


def test_shift_makes_a_star_of_eight_and_nothing_of_other_digits() -> None:
    keyboard = Keyboard("pad-11")
    typed(keyboard, "3")
    assert keyboard.down(55, 0.1, shift=True) is None
    press = keyboard.down(EIGHT, 0.2, shift=True)
    assert press is not None and (press.key, press.digits) == ("KPASTERISK", "3")


def test_other_keys_are_not_ours() -> None:
    assert Keyboard("pad-11").down(ord("a"), 0.0) is None
