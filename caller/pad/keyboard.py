"""A PC's keyboard as a number pad: the same words for keys as an USB pad has, so that one keymap binds both.

Codes are Kivy's (`kivy.core.window.Keyboard.keycodes`); main block and number block mean the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drivers.keypad.press import Press
from drivers.keypad.usb import FORGET, Typing

KEYMAP = {
    "KPENTER": "call-next",
    "digits KPENTER": "call-ticket",
    "KPPLUS": "recall-ticket",
    "digits KPPLUS": "return-ticket",
    "KPDOT": "serve-ticket",
    "KPMINUS": "mark-no-show",
    "KPSLASH": "park-ticket",
    "digits KPSLASH": "resume-ticket",
    "digits KPASTERISK": "transfer-ticket",
    "BACKSPACE": "clear",
    "ESC": "clear",
    **{f"F{n}": f"rate-{n}" for n in range(1, 6)},  # an evaluator that types
}

KEYS: Mapping[int, str] = {
    **{48 + n: f"KP{n}" for n in range(10)},
    **{256 + n: f"KP{n}" for n in range(10)},
    13: "KPENTER",
    271: "KPENTER",
    43: "KPPLUS",
    61: "KPPLUS",  # "=" is "+" without shift
    270: "KPPLUS",
    45: "KPMINUS",
    269: "KPMINUS",
    42: "KPASTERISK",
    268: "KPASTERISK",
    47: "KPSLASH",
    267: "KPSLASH",
    46: "KPDOT",
    266: "KPDOT",
    8: "BACKSPACE",
    27: "ESC",
    **{281 + n: f"F{n}" for n in range(1, 6)},
}


SHIFTED: Mapping[int, str] = {56: "KPASTERISK", 61: "KPPLUS"}  # on the main block of a Chinese PC keyboard
STILL_HELD = 1.0  # seconds: a held key repeats sooner; a release may be missed when the window loses focus


@dataclass
class Keyboard:
    """Pure: the time comes with each key. A key held down is one press, however often it repeats."""

    name: str
    typing: Typing = field(default_factory=Typing)
    _held: dict[int, float] = field(default_factory=dict)

    def down(self, code: int, at: float, shift: bool = False) -> Press | None:
        """The press; None for a key that is not on a number pad, or is still held."""
        held = at - self._held.get(code, float("-inf")) < STILL_HELD
        self._held[code] = at
        key = SHIFTED.get(code) if shift and code < 256 else KEYS.get(code)
        return None if held or key is None else self.press(key, at)

    def up(self, code: int) -> None:
        self._held.pop(code, None)

    def press(self, key: str, at: float) -> Press:
        """A key by its word, from the keyboard or from the glass."""
        key, digits = self.typing.key(key, at)
        return Press(self.name, key, digits, at)

    def typed(self, at: float) -> str:
        """Digits that no key has taken yet, and that are not too old to be meant."""
        return self.typing.digits if at - self.typing.last <= FORGET else ""

    def forget(self) -> None:
        self.typing.digits = ""
