"""The devices of a hall as plain records, for programs that may not read hall.toml themselves: and with them every
file and every address that hall.toml names.

`python -m config devices FILE` prints one JSON object a line: `name` as people say it ("sign:3"), `kind` as
hall.toml writes it, `url`, and in `options` whatever else its table says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from config.schema import Board, Hall, KeypadKind, Kiosk

SCREEN = "screen"
SEAL = r"scrypt:[0-9a-f]{16,}:[0-9a-f]{64}"  # the one line of a service PIN's file
Row = dict[str, Any]


def devices(hall: Hall) -> Iterator[Row]:
    """Every device of the hall, in the order of hall.toml; then what else its processes need to find."""
    broker = hall.broker
    secret = {"user": broker.user, "password_file": broker.password_file}
    yield _device("broker:main", "broker", f"tcp:{broker.host}:{broker.port}", secret if broker.user else {})
    for kiosk in hall.kiosk:
        yield from _of_kiosk(kiosk)
    for board in hall.board:
        yield from _of_board(board)
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
    yield from _kept(hall)
    yield from _elsewhere(hall)


def _of_kiosk(kiosk: Kiosk) -> Iterator[Row]:
    yield _device(f"printer:{kiosk.id}", "printer", kiosk.printer.url, {"profile": kiosk.printer.profile})
    if kiosk.touch != SCREEN:
        yield _device(f"touch:{kiosk.id}", "touch", kiosk.touch, {})
    if kiosk.keypad:
        yield _device(f"arrows:{kiosk.id}", "usb", kiosk.keypad, {})
    if kiosk.jack:
        yield _device(f"jack:{kiosk.id}", "jack", kiosk.jack, {})
    for name in ("speaker", "headphones"):
        if url := getattr(kiosk, name):
            yield _device(f"{name}:{kiosk.id}", "sound", url, {})
    yield _device(f"book:{kiosk.id}", "written", f"file:{kiosk.journal}", {})


def _of_board(board: Board) -> Iterator[Row]:
    if board.touch not in ("", SCREEN):
        yield _device(f"touch:board-{board.id}", "touch", board.touch, {})
    if board.sound:
        yield _device(f"sound:board-{board.id}", "sound", board.sound, {})
    yield from _files(f"playlist:board-{board.id}", (f for i in board.playlist for f in (i.picture, i.video)))


def _kept(hall: Hall) -> Iterator[Row]:
    """Files and secrets of the hall's processes."""
    journal, booked = hall.caller.journal, hall.appointments
    # A password in it is for whoever connects, not for whoever reads the report.
    hidden = re.sub(r"(//[^/@:]*:)[^/@]*@", r"\1***@", journal)
    yield _device("journal:main", "journal", hidden, {"database": journal})
    if booked.key_file:
        yield _device("key:main", "key", f"file:{booked.key_file}", {})
    if booked.day_keys_file:
        yield _device("days:main", "written", f"file:{booked.day_keys_file}", {})
    if hall.setup.pin_file:
        yield _device("pin:main", "sealed", f"file:{hall.setup.pin_file}", {"line": SEAL})
    yield from _files("logo:main", [hall.hall.logo])
    yield from _files("photos:main", (clerk.photo for clerk in hall.clerk))


def _elsewhere(hall: Hall) -> Iterator[Row]:
    """What is asked over HTTP, and what visitors' phones are sent to."""
    if server := hall.appointments.server:
        said = {"token_file": server.token_file, "patience": server.patience_seconds}
        yield _device("bookings:main", "bookings", server.url, said)
    if hall.progress.url:
        digits, patience = hall.progress.digits, hall.progress.timeout_seconds
        yield _device(
            "progress:main", "progress", hall.progress.url, {"digits": digits, "patience": patience}
        )
    yield _device("phone:main", "phone", f"tcp:{hall.phone.host}:{hall.phone.port}", {})
    links = dict.fromkeys(filter(None, (hall.hall.ticket_url, *(s.guide_url for s in hall.service))))
    if links:
        yield _device("links:main", "links", next(iter(links)), {"urls": list(links)})


def _files(name: str, files: Iterable[str]) -> Iterator[Row]:
    found = list(dict.fromkeys(filter(None, files)))
    if found:
        yield _device(name, "files", f"file:{found[0]}", {"files": found})


def _device(name: str, kind: str, url: str, options: dict[str, Any]) -> Row:
    return {"name": name, "kind": str(kind), "url": url, "options": options}


def _rest(row: Any) -> dict[str, Any]:
    """What the row says besides its kind and its URL."""
    table: dict[str, Any] = msgspec.to_builtins(row)
    return {key: value for key, value in table.items() if key not in ("url", "kind", "out")}
