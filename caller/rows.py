"""A line of somebody else's list becomes a booking, or a sentence about what is wrong with it.

The ID number is hashed here, with the hall's key, and goes no further; no sentence repeats it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from caller.messages import Booking
from config.languages import _
from config.schema import Hall
from drivers.reader import watch
from drivers.reader.person import hash_of
from drivers.reader.sdt import valid_number

COLUMNS = {  # as a clerk writes them, and as a program does
    "预约码": "code",
    "业务": "service",
    "日期": "day",
    "时间": "time",
    "身份证号": "id_number",
    "代办人身份证号": "agent_id_number",
    "手机号": "phone",
}
NEEDED = ("code", "service", "day", "time")
PHONE = re.compile(r"1\d{10}")  # a mobile number of mainland China, as the glass asks for it
# passports and permits: letters tell them from a mistyped number
OTHER_PAPERS = re.compile(r"(?!\d{17}X$)(?=.*[A-Z])[A-Z0-9]{5,20}")


class BadRow(ValueError):
    """What is wrong with one line, for the person who wrote it."""


@dataclass
class Sheet:
    """`rows` are the lines of `bookings`; `problems` are (line, sentence)."""

    bookings: list[Booking] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)


def key_of(hall: Hall) -> bytes:
    """The hall's key for ID numbers, read as its card readers read it; b"" if hall.toml names none: then no list may
    have ID numbers in it. Raises DeviceLost."""
    file = hall.appointments.key_file
    return watch.key_of("appointments", Path(file)) if file else b""


def person(text: str, key: bytes) -> str:
    """The keyed hash of an ID number; "" of none. Raises BadRow, without any word of the number."""
    number = "".join(text.split()).upper()
    if not number:
        return ""
    if not key:
        raise BadRow(_("hall.toml 里没有写 [appointments] key_file，不能换算身份证号"))
    if not valid_number(number) and not OTHER_PAPERS.fullmatch(number):
        raise BadRow(_("身份证号不对"))
    return hash_of(number, key)


def phone(text: str, key: bytes) -> str:
    """The keyed hash of a phone number, written with or without +86; "" of none. Raises BadRow, without any of it."""
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s-]", "", text))
    if not digits:
        return ""
    if not key:
        raise BadRow(_("hall.toml 里没有写 [appointments] key_file，不能换算手机号"))
    if not PHONE.fullmatch(digits):
        raise BadRow(_("手机号不对"))
    return hash_of(digits, key)


def booking_of(row: Mapping[str, str], hall: Hall, key: bytes) -> Booking:
    """The booking; raises BadRow."""
    for name in NEEDED:
        if not row.get(name):
            raise BadRow(_("缺少{column}").format(column=_chinese(name)))
    moment = f"{row['day'].replace('/', '-')}T{row['time'].zfill(5)}"
    service = next((s.id for s in hall.service if row["service"] in (s.id, s.name)), None)
    if service is None:
        raise BadRow(_("没有这项业务") + f"：{row['service']}")
    try:
        slot = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(hall.hall.timezone))
    except ValueError:
        raise BadRow(_("读不懂时间：{moment}").format(moment=moment)) from None
    values = {
        "code": row["code"],
        "service": service,
        "slot": slot,
        "person": person(row.get("id_number", ""), key),
        "agent": person(row.get("agent_id_number", ""), key),
        "phone": phone(row.get("phone", ""), key),
    }
    try:
        return msgspec.convert(values, Booking)
    except msgspec.ValidationError:
        raise BadRow(_("预约码要 4 到 32 位字母、数字或横线")) from None


def read(content: bytes, hall: Hall, key: bytes) -> Sheet:
    """A CSV file, in UTF-8 or as Chinese spreadsheets save it (GB 18030). Every bad line is told."""
    sheet = Sheet()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    names = [_plain(name) for name in reader.fieldnames or ()]
    for missing in (name for name in NEEDED if name not in names):
        sheet.problems.append((1, _("没有“{column}”这一列").format(column=_chinese(missing))))
    if sheet.problems:
        return sheet
    for row in reader:
        clean = {_plain(name): value.strip() for name, value in row.items() if isinstance(value, str)}
        if not any(clean.values()):
            continue
        try:
            sheet.bookings.append(booking_of(clean, hall, key))
            sheet.rows.append(reader.line_num)
        except BadRow as bad:
            sheet.problems.append((reader.line_num, str(bad)))
    return sheet


def _plain(name: str) -> str:
    return COLUMNS.get(name.strip(), name.strip())


def _chinese(name: str) -> str:
    return next(chinese for chinese, plain in COLUMNS.items() if plain == name)
