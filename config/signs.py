"""The signs over the windows: what they are, and what each kind can be told."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from config.field import SERIAL, SIM, TCP, Positive, Table, like

SignUrl = Annotated[
    str,
    like((SERIAL, TCP, SIM, r"hub75:\S+"), "tcp:192.168.10.103:5005", "serial:/dev/hall/signs?baud=57600"),
]


class SignKind(StrEnum):
    ONBON = "onbon"
    BX5 = "bx5"
    BX6 = "bx6"
    ALPHA = "alpha"
    HUB75 = "hub75"
    STRIP = "strip"
    CANDLE = "candle"


class SignColour(StrEnum):
    RED = "red"
    GREEN = "green"
    AMBER = "amber"
    WHITE = "white"


class SignModel(Table, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What signs of one model share. Each option belongs to some kinds only; left away, it is the usual one.

    `lit` is the bit of a lit dot, `device_type` what an Onbon card calls itself (0: any), `answers` whether the
    wire has a way back.
    """

    kind: SignKind = SignKind.ONBON
    width_dots: Positive = 128
    height_dots: Positive = 32
    address: Annotated[int, Meta(ge=0, le=65533)] = 0
    colour: SignColour | None = None
    font_dots: Literal[16, 24] = 16
    lit: Literal[0, 1] = 0
    device_type: Annotated[int, Meta(ge=0, le=65535)] = 0
    answers: bool = True

    @property
    def options(self) -> dict[str, Any]:
        """What was written, in the words of `drivers.sign.open.open_sign`."""
        usual = {field.name: field.default for field in msgspec.structs.fields(SignModel)}
        written = {name: getattr(self, name) for name in OPTIONS}
        plain: dict[str, Any] = msgspec.to_builtins({n: v for n, v in written.items() if v != usual[n]})
        return plain


class Sign(SignModel, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The sign over a window."""

    window: Positive
    url: SignUrl
    model: str = ""


OPTIONS = ("address", "colour", "font_dots", "lit", "device_type", "answers")
SHAPE = ("kind", "width_dots", "height_dots")


class Rule(NamedTuple):
    """What a kind takes: schemes of its URL, options, addresses (none: it cannot share a wire), colours."""

    schemes: tuple[str, ...]
    options: tuple[str, ...]
    addresses: range
    colours: tuple[str, ...] = tuple(SignColour)


LINE = ("serial", "tcp", "sim")
DRAWN = ("address", "colour", "font_dots", "lit", "device_type")
THREE = (SignColour.RED, SignColour.GREEN, SignColour.AMBER)
RULES: dict[SignKind, Rule] = {
    SignKind.ONBON: Rule(LINE, ("address",), range(1, 65534)),
    SignKind.BX5: Rule(LINE, DRAWN, range(1, 65534)),
    SignKind.BX6: Rule(LINE, DRAWN, range(1, 65534)),
    SignKind.ALPHA: Rule(LINE, ("address", "colour", "font_dots", "answers"), range(1, 256), THREE),
    SignKind.HUB75: Rule(("hub75", "sim"), ("colour", "font_dots"), range(0)),
    SignKind.STRIP: Rule(LINE, ("address", "colour"), range(1, 256), THREE),
    SignKind.CANDLE: Rule(LINE, ("address",), range(32, 128)),
}
