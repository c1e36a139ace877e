"""What a hall's devices cannot be: two on one wire, another maker's option, a pager beyond its terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from config.languages import _
from config.load import Problem, near
from config.schema import Hall
from config.wired import OPTIONS, Keypad, KeypadKind, PagerKind, PagerTerminal, ReaderKind

BUSES = (KeypadKind.RS485, KeypadKind.MODBUS)
HIGHEST_RS485 = 127
CHARTED = {KeypadKind.RS485: 0xFF, KeypadKind.USB: 0x2FF}  # kinds with a key chart, and its highest code


class Rule(NamedTuple):
    """What a kind of pager terminal takes: schemes of its URL, options with their words, digits of a capcode."""

    schemes: tuple[str, ...]
    options: dict[str, tuple[str, ...]]
    digits: int


LINE = ("serial", "tcp", "sim")
SPEEDS = ("512", "1200", "2400")
ANY: tuple[str, ...] = ()
JTECH_SEPARATORS = tuple(
    f"{speed}{inverted}-{words}"
    for speed in SPEEDS
    for inverted in ("", "-inverted")
    for words in ("alpha", "numeric")
    if (speed, inverted, words) != ("1200", "-inverted", "numeric")
)
RULES: dict[PagerKind, Rule] = {
    PagerKind.TAP: Rule(LINE, {"password": ANY}, 10),
    PagerKind.POCSAG: Rule(
        (*LINE, "file"),
        {
            "form": ("raw", "spi", "wav"),
            "speed": SPEEDS,
            "function": ("numeric", "alpha", "tone-b", "tone-c"),
        },
        7,
    ),
    PagerKind.JTECH: Rule(
        LINE,
        {
            "function": ("numeric", "numeric-priority", "alpha", "alpha-priority"),
            "separator": (*JTECH_SEPARATORS, "printed"),
        },
        7,
    ),
    PagerKind.WAVEWARE: Rule(LINE, {"tone": ("A", "N", "1", "2", "3", "4"), "speed": SPEEDS}, 7),
    PagerKind.LRS: Rule(LINE, {"type": ANY, "end": ("cr", "lf", "crlf")}, 4),
    PagerKind.RUMBLE: Rule(("evdev",), {"milliseconds": ANY, "times": ANY, "strength": ANY}, 10),
    PagerKind.WEBHOOK: Rule(("http", "https"), {}, 10),
}
HIGHEST_POCSAG = 2_097_151


def problems(hall: Hall) -> Iterator[Problem]:
    """Everything of this kind; fields that could not be read are passed over."""
    yield from _shared_wires(hall)
    yield from _keypads(hall)
    yield from _readers(hall)
    for n, kiosk in enumerate(hall.kiosk, 1):
        if kiosk.jack and not kiosk.headphones:
            yield Problem(f"kiosk {n}", "jack", kiosk.jack, _("有耳机插孔，却没有 headphones"))
    if hall.pager_terminal is not None:
        yield from _terminal(hall, hall.pager_terminal)
    elif hall.pager:
        yield Problem("pager_terminal", "url", "", _("有震动牌，却没有寻呼终端"))


def wire_of(url: str | None) -> str | None:
    """What two devices cannot both open: the URL without its options. Nothing, simulators and files can."""
    if url is None or url.startswith(("none:", "sim:", "file:", "http:", "https:")):
        return None
    parts = urlsplit(url)
    return f"{parts.scheme}:{parts.path or parts.netloc}"


def _shared_wires(hall: Hall) -> Iterator[Problem]:
    """A wire has one owner. Only pads of one bus share one, each by its own address."""
    wires: list[tuple[str, str, str | None]] = []
    for n, kiosk in enumerate(hall.kiosk, 1):
        if kiosk.printer is not None:
            wires.append((f"kiosk {n}.printer", "url", wire_of(kiosk.printer.url)))
        if kiosk.touch != "screen":
            wires.append((f"kiosk {n}", "touch", wire_of(kiosk.touch)))
        if kiosk.jack:
            wires.append((f"kiosk {n}", "jack", wire_of(kiosk.jack)))
    wires += [
        (f"board {n}", "touch", wire_of(b.touch))
        for n, b in enumerate(hall.board, 1)
        if ":" in (b.touch or "")
    ]
    # signs on one line are signchecks' business; the line has one owner among all other devices
    signs = {wire_of(s.url): f"sign {n}" for n, s in reversed(list(enumerate(hall.sign, 1)))}
    wires += [(table, "url", wire) for wire, table in signs.items()]
    wires += [(f"voice {n}", "out", wire_of(v.out)) for n, v in enumerate(hall.voice, 1)]
    wires += [(f"reader {n}", "url", wire_of(r.url)) for n, r in enumerate(hall.reader, 1)]
    if hall.pager_terminal is not None:
        wires.append(("pager_terminal", "url", wire_of(hall.pager_terminal.url)))
    pads = _wired(hall)
    for bus in BUSES:
        first = {wire_of(k.url): f"keypad {n}" for n, k in reversed(pads) if k.kind is bus}
        wires += [(table, "url", wire) for wire, table in first.items()]
    wires += [(f"keypad {n}", "url", wire_of(k.url)) for n, k in pads if k.kind not in BUSES]
    owners: dict[str, str] = {}
    for table, key, wire in wires:
        if wire is not None and owners.setdefault(wire, table) != table:
            yield Problem(table, key, wire, _("{other} 已经用了").format(other=owners[wire]))


def _wired(hall: Hall) -> list[tuple[int, Keypad]]:
    return [(n, k) for n, k in enumerate(hall.keypad, 1) if k.kind not in (KeypadKind.SCREEN, None)]


def _keypads(hall: Hall) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    boxes: dict[str | None, Keypad] = {}
    for n, pad in enumerate(hall.keypad, 1):
        models = hall.keypad_model or {}
        if pad.model and pad.model not in models:
            yield Problem(f"keypad {n}", "model", pad.model, _("没有这种键盘"), near(pad.model, models))
        yield from _charts(f"keypad {n}", pad)
    for n, pad in _wired(hall):
        here = f"keypad {n}"
        if wire_of(pad.url) is None:
            yield Problem(here, "url", str(pad.url), _("缺少键盘的地址"))
        if pad.kind not in BUSES:
            continue
        place = f"{wire_of(pad.url)} {pad.address}"
        if taken.setdefault(place, here) != here:
            yield Problem(here, "address", place, _("{other} 已经用了").format(other=taken[place]))
        highest = HIGHEST_RS485 if pad.kind is KeypadKind.RS485 else 247
        if pad.address is not None and not 1 <= pad.address <= highest:
            said = _("要是 1 到 {highest} 之间的地址").format(highest=highest)
            yield Problem(here, "address", str(pad.address), said)
        if pad.kind is KeypadKind.MODBUS:
            first = boxes.setdefault(wire_of(pad.url), pad)
            for key in ("keys", "inputs"):
                if getattr(first, key) != getattr(pad, key):
                    said = _("同一条线上的按键盒要写得一样")
                    yield Problem(here, key, str(getattr(pad, key)), said)


def _charts(here: str, pad: Keypad) -> Iterator[Problem]:
    """A chart of its own names each code once, and codes that the wire can carry."""
    if not pad.codes or pad.kind is None:
        return
    if pad.kind not in CHARTED:
        yield Problem(here, "codes", "{…}", _("这一类设备没有这个选项"))
        return
    named: dict[int, str] = {}
    for name, code in pad.codes.items():
        if code > CHARTED[pad.kind]:
            said = _("要是 0 到 {highest} 之间的键码").format(highest=CHARTED[pad.kind])
            yield Problem(here, f"codes.{name}", str(code), said)
        if named.setdefault(code, name) != name:
            yield Problem(here, f"codes.{name}", str(code), _("{other} 已经用了").format(other=named[code]))


def _readers(hall: Hall) -> Iterator[Problem]:
    kiosks = {kiosk.id for kiosk in hall.kiosk}
    taken: dict[tuple[Any, Any], str] = {}
    for n, reader in enumerate(hall.reader, 1):
        here = f"reader {n}"
        if reader.kiosk is not None and reader.kiosk not in kiosks:
            yield Problem(here, "kiosk", str(reader.kiosk), _("没有这台取号机"), near(reader.kiosk, kiosks))
        place = (reader.kiosk, reader.kind)
        if None not in place and taken.setdefault(place, here) != here:
            yield Problem(here, "kind", str(reader.kind), _("{other} 已经用了").format(other=taken[place]))
        wanted = ("evdev",) if reader.kind is ReaderKind.WEDGE else LINE
        if reader.kind is not None and reader.url is not None:
            yield from _scheme(here, reader.url, wanted)
        if reader.kind is ReaderKind.IDCARD and not reader.key_file:
            yield Problem(here, "key_file", "", _("缺少给证件号码加密用的密钥文件"))
        if reader.kind not in (ReaderKind.IDCARD, None) and reader.key_file:
            yield Problem(here, "key_file", reader.key_file, _("这一类设备没有这个选项"))


def _terminal(hall: Hall, terminal: PagerTerminal) -> Iterator[Problem]:
    table = "pager_terminal"
    if terminal.kind is None:
        return
    rule = RULES[terminal.kind]
    if terminal.url is not None:
        wanted = ("file",) if terminal.form == "wav" else rule.schemes
        yield from _scheme(table, terminal.url, wanted)
    for option in OPTIONS:
        value = getattr(terminal, option)
        if not value:
            continue
        if option not in rule.options:
            yield Problem(table, option, str(value), _("这一类设备没有这个选项"))
        elif (words := rule.options[option]) and str(value) not in words:
            said = _("只能是 {words}").format(words=_("、").join(words))
            yield Problem(table, option, str(value), said, near(value, words))
    if terminal.kind is PagerKind.WEBHOOK and not terminal.secret_file:
        yield Problem(table, "secret_file", "", _("缺少给呼叫签名用的密钥文件"))
    if terminal.kind is not PagerKind.WEBHOOK and terminal.secret_file:
        yield Problem(table, "secret_file", terminal.secret_file, _("这一类设备没有这个选项"))
    codes = [(f"pager {n}", "capcode", pager.capcode) for n, pager in enumerate(hall.pager, 1)]
    for where, key, code in [*codes, (table, "everybody", terminal.everybody)]:
        if not code:
            continue
        if len(code) > rule.digits:
            said = _("这种寻呼终端的号码最多 {digits} 位").format(digits=rule.digits)
            yield Problem(where, key, code, said)
        elif terminal.kind is PagerKind.POCSAG and int(code) > HIGHEST_POCSAG:
            said = _("要是 0 到 {highest} 之间的号码").format(highest=HIGHEST_POCSAG)
            yield Problem(where, key, code, said)


def _scheme(table: str, url: str, schemes: tuple[str, ...]) -> Iterator[Problem]:
    if url.partition(":")[0] not in schemes:
        said = _("要以 {schemes} 开头").format(schemes=_("、").join(f"{s}:" for s in schemes))
        yield Problem(table, "url", url, said)
