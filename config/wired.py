"""The tables of what clerks press, what calls without a voice, and what reads a visitor's card or code.

A new model is a row here with its own words for `kind` and its options, not a class.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from msgspec import Meta, field

from config.field import AS_EVDEV, EVDEV, SERIAL, TCP, Name, PagerUrl, Positive, Table, Url, like

Code = Annotated[int, Meta(ge=0, le=767)]


class KeypadKind(StrEnum):
    RS485 = "rs485"
    USB = "usb"
    MODBUS = "modbus"
    SCREEN = "screen"


class KeypadInputs(StrEnum):
    """How a Modbus button box tells of a key: while it is down, once it has been read, or by counting."""

    LEVEL = "level"
    LATCHED = "latched"
    COUNTED = "counted"


class KeypadModel(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What pads of one model share. `keys` and `inputs` are of Modbus boxes, and the same for all on a wire. `codes` is
    the maker's key chart where it is not the usual one: a name for each code that an `rs485` pad (0 to 255) or a `usb`
    pad (as Linux numbers keys) sends. `keymap` is what these keys mean, instead of `[keymap.<kind>]`."""

    kind: KeypadKind
    keys: Annotated[int, Meta(ge=1, le=64)] = 8
    inputs: KeypadInputs = KeypadInputs.LEVEL
    codes: dict[Name, Code] = field(default_factory=dict)
    keymap: dict[Name, Name] = field(default_factory=dict)


class Keypad(KeypadModel, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The pad of a window; with `model` it is what `[keypad_model.NAME]` says, but for what it says itself.
    `evaluator` is the address of the evaluator beside it, where it has one."""

    window: Positive
    url: Url = "none:"
    model: str = ""
    address: Annotated[int, Meta(ge=0, le=247)] = 0
    evaluator: Annotated[int, Meta(ge=0, le=127)] = 0


KEYPAD_SHARED = ("kind", "keys", "inputs", "codes", "keymap")


class Pager(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    number: Annotated[int, Meta(ge=1, le=999)]
    capcode: Annotated[str, like([r"\d{1,10}"], "1000007")]


def labelled(pagers: Sequence[Pager], label: str) -> int | None:
    """The pager of a label: its number ("7", "PAGER-07") or its capcode; None for a label that is no pager's."""
    bare = label.strip()
    if (pager := next((p for p in pagers if p.capcode == bare), None)) is not None:
        return pager.number
    found = re.fullmatch(r"(?:PAGER[- ]?)?0*(\d{1,3})", bare, re.IGNORECASE)
    number = int(found[1]) if found else 0
    return number if any(p.number == number for p in pagers) else None


class Rack(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where pagers hang. With `check_in` each is missed until it was scanned or typed in; without, it counts as
    back when its visitor has left the window. `scanner` reads the label of whatever is hung up."""

    check_in: bool = False
    scanner: Annotated[str, like((SERIAL, TCP, EVDEV, ""), "serial:/dev/hall/rack", AS_EVDEV)] = ""


class PagerKind(StrEnum):
    TAP = "tap"
    POCSAG = "pocsag"
    JTECH = "jtech"
    WAVEWARE = "waveware"
    LRS = "lrs"
    RUMBLE = "rumble"
    WEBHOOK = "webhook"


Word = Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]*$", max_length=32, examples=["tone-c", "512-alpha"])]
Count = Annotated[int, Meta(ge=0, le=5000)]


class PagerTerminal(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What calls the pagers. Each option belongs to some kinds only; left away, it is the maker's usual one.
    `everybody` is the capcode that every pager listens to as well as to its own: an evacuation goes there first."""

    kind: PagerKind = PagerKind.TAP
    url: PagerUrl
    everybody: Annotated[str, like([r"\d{0,10}"], "1999999")] = ""
    password: Annotated[str, like([r"[\x21-\x7e]{0,6}"], "ABC123")] = ""
    secret_file: str = ""
    form: Word = ""
    speed: Count = 0
    function: Word = ""
    separator: Word = ""
    tone: Word = ""
    type: Count = 0
    end: Word = ""
    milliseconds: Count = 0
    times: Count = 0
    strength: Count = 0

    @property
    def options(self) -> dict[str, str]:
        """What was written, in the words of `drivers.pager.gateway.open_gateway`; the secret is read now."""
        written = {name: getattr(self, name) for name in OPTIONS}
        said = {name: str(value) for name, value in written.items() if value}
        if self.secret_file:
            said["secret"] = Path(self.secret_file).read_text("utf-8").strip()
        return said


OPTIONS = (
    "password",
    "form",
    "speed",
    "function",
    "separator",
    "tone",
    "type",
    "end",
    "milliseconds",
    "times",
    "strength",
)


class ReaderKind(StrEnum):
    IDCARD = "idcard"
    SCANNER = "scanner"
    WEDGE = "wedge"


class Reader(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What reads at a kiosk: an ID card, a code over a serial line, or a scanner that types as a keyboard.

    `key_file` holds the hall's key for hashing ID numbers: the number itself never leaves the driver.
    """

    kiosk: Positive
    kind: ReaderKind
    url: Url
    key_file: str = ""
