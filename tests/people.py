"""The people of the day scripts, each one letter: the card and phone in their pocket, and what a hall makes of both."""

from __future__ import annotations

from drivers.reader.person import hash_of
from drivers.reader.sdt import CHECKS, WEIGHTS

KEY = b"the key of a hall that is not real"
CARDS = {  # as a reader finds it; 甲 is past sixty
    "甲": {"name": "张秀英", "sex": "2", "birth": "19490312"},
    "乙": {"name": "李建国", "sex": "1", "birth": "19900807"},
    "丙": {"name": "欧阳明", "sex": "1", "birth": "19850123"},
    "丁": {"name": "王芳", "sex": "2", "birth": "20010430"},
    "戊": {"name": "赵敏", "sex": "2", "birth": "19780916"},
}


def card(person: str) -> dict[str, str]:
    """What is on this person's ID card."""
    body = f"110105{CARDS[person]['birth']}00{list(CARDS).index(person) + 1}"
    check = CHECKS[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]
    return CARDS[person] | {"number": body + check}


def phone(person: str) -> str:
    return f"1380013800{list(CARDS).index(person)}"


def card_of(person: str) -> str:
    """What a reader of the hall makes of this person's card; "" of nobody's."""
    return hash_of(card(person)["number"], KEY) if person else ""


def phone_of(person: str) -> str:
    """What the hall makes of this person's phone number; "" of nobody's."""
    return hash_of(phone(person), KEY) if person else ""
