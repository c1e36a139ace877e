"""The devices of a hall as plain records, for programs that may not read hall.toml themselves.

`python -m config devices FILE` prints one JSON object a line: `name` as people say it ("sign:3"), `kind` as
hall.toml writes it, `url`, and in `options` whatever else its table says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from config.schema import Hall, KeypadKind

SCREEN = "screen"


def devices(hall: Hall) -> Iterator[dict[str, Any]]:
    """Every device of the hall, in the order of hall.toml."""
    yield _device("broker:main", "broker", f"tcp:{hall.broker.host}:{hall.broker.port}", {})
    for kiosk in hall.kiosk:
        yield _device(f"printer:{kiosk.id}", "printer", kiosk.printer.url, {"profile": kiosk.printer.profile})
        if kiosk.touch != SCREEN:
            yield _device(f"touch:{kiosk.id}", "touch", kiosk.touch, {})
    for board in hall.board:
        if board.touch not in ("", SCREEN):
            yield _device(f"touch:board-{board.id}", "touch", board.touch, {})
    for sign in hall.sign:
        shape = {"window": sign.window, "width_dots": sign.width_dots, "height_dots": sign.height_dots}
        yield _device(f"sign:{sign.window}", sign.kind, sign.url, shape | sign.options)
    for keypad in hall.keypad:
        if keypad.kind is not KeypadKind.SCREEN:
            yield _device(f"keypad:{keypad.window}", keypad.kind, keypad.url, _rest(keypad))
    terminal = hall.pager_terminal
    if terminal is not None:
        # Of secrets only the file is told.
        options = msgspec.structs.replace(terminal, secret_file="").options
        options |= {"secret_file": terminal.secret_file} if terminal.secret_file else {}
        yield _device("pagers:terminal", terminal.kind, terminal.url, options)
        for pager in hall.pager:
            called = options | {"capcode": pager.capcode, "terminal": str(terminal.kind)}
            yield _device(f"pager:{pager.number}", "pager", terminal.url, called)
    for reader in hall.reader:
        yield _device(f"reader:{reader.kiosk}-{reader.kind}", reader.kind, reader.url, _rest(reader))
    if hall.rack.scanner:
        kind = "wedge" if hall.rack.scanner.startswith("evdev:") else "scanner"
        yield _device("reader:rack", kind, hall.rack.scanner, {})
    for voice in hall.voice:
        yield _device(f"voice:{voice.id}", "voice", voice.out, _rest(voice))


def _device(name: str, kind: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "kind": str(kind), "url": url, "options": options}


def _rest(row: Any) -> dict[str, Any]:
    """What the row says besides its kind and its URL."""
    table: dict[str, Any] = msgspec.to_builtins(row)
    return {key: value for key, value in table.items() if key not in ("url", "kind", "out")}
