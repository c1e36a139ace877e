"""What the journal says of a person can be linked within the person's day, and never after it.

Every business day has a key, made before anything is written about it and thrown away when it is over. A person is
HMAC(day key, what the kiosk or the importer hashed); so is a code. Only an absence outlives its day: the record that
it is counted under is keyed by month, and travels until the end of the day sealed with the day key, so that the
records of those who came are never written. docs/decisions/0006-persons-are-forgotten-daily.md says why.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

SIZE = 16  # bytes of a pseudonym: more than anybody can guess


class Known(NamedTuple):
    """A person as one day knows them. `records` are those that absences are counted under, one for each month."""

    person: str
    sealed: str
    records: tuple[str, ...]


NOBODY = Known("", "", ())


@dataclass(frozen=True)
class Veil:
    """`days` are keys by day ("2026-11-23"), `months` by month ("2026-11")."""

    days: Mapping[str, bytes] = field(default_factory=dict)
    months: Mapping[str, bytes] = field(default_factory=dict)

    def person(self, who: str, day: date) -> Known:
        """Who was hashed at the kiosk, as they are known on that day; nobody if `who` is empty."""
        if not who:
            return NOBODY
        key = self.days[day.isoformat()]
        person = _keyed(key, "person", who)
        records = {month: _keyed(key, "record", who) for month, key in self.months.items()}
        record = records.get(day.isoformat()[:7])
        sealed = _xor(record, _keyed(key, "seal", person)) if record else ""
        return Known(person, sealed, tuple(records.values()))

    def phone(self, phone: str, day: date) -> str:
        """A phone number that was hashed at the kiosk, as that day knows it; "" of none."""
        return _keyed(self.days[day.isoformat()], "phone", phone) if phone else ""

    def records(self, who: str) -> tuple[str, ...]:
        """Whatever absences of this person may be counted under."""
        return tuple(_keyed(key, "record", who) for key in self.months.values())

    def code(self, code: str, day: date) -> str:
        """An appointment's code as that day knows it. People read codes aloud: capitals do not matter."""
        return _keyed(self.days[day.isoformat()], "code", code.upper())

    def veiled(self, address: str, day: date, paper: str) -> str:
        """How a visitor is addressed, for their day; `paper` is what no other ticket of the day has. "" of nobody."""
        if not address:
            return ""
        return _xor(
            address.encode().ljust(SIZE, b"\0").hex(), _keyed(self.days[day.isoformat()], "address", paper)
        )

    def unveiled(self, veiled: str, day: date, paper: str) -> str:
        """The same again; "" if the key is gone, or if there is none."""
        key = self.days.get(day.isoformat())
        if not veiled or key is None:
            return ""
        return (
            bytes.fromhex(_xor(veiled, _keyed(key, "address", paper)))
            .rstrip(b"\0")
            .decode("utf-8", "replace")
        )

    def unsealed(self, person: str, sealed: str, day: date) -> str:
        """The record of an appointment of that day; "" if the key is gone, or if there is none."""
        key = self.days.get(day.isoformat())
        return _xor(sealed, _keyed(key, "seal", person)) if sealed and key else ""


class Open(Veil):
    """Hides nothing: for playing a day on the queue alone, where nobody is real."""

    def person(self, who: str, day: date) -> Known:
        return Known(f"{who}@{day}", who, (who,)) if who else NOBODY

    def phone(self, phone: str, day: date) -> str:
        return f"{phone}@{day}" if phone else ""

    def records(self, who: str) -> tuple[str, ...]:
        return (who,)

    def code(self, code: str, day: date) -> str:
        return f"{code.upper()}@{day}"

    def veiled(self, address: str, day: date, paper: str) -> str:
        return address

    def unveiled(self, veiled: str, day: date, paper: str) -> str:
        return veiled

    def unsealed(self, person: str, sealed: str, day: date) -> str:
        return sealed


def _keyed(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()[: 2 * SIZE]


def _xor(one: str, other: str) -> str:
    return bytes(a ^ b for a, b in zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)).hex()
