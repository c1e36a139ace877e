"""What the hall may know of a visitor: enough to be kind and to notice a second visit, never who it is.

The number becomes a keyed hash at once. Without the hall's key the hash says nothing, and with it only whether
two visits are of the same card.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date

from drivers.reader.sdt import CardText

SHORTEST_KEY = 16  # bytes: a shorter one could be guessed, and with it every number
BANDS = ((18, "<18"), (60, "18-59"), (200, "60+"))
SURNAME = re.compile(r"[\u4e00-\u9fff]{1,2}\*")  # as `mask` leaves it
TITLES = {"1": "先生", "2": "女士"}

# The compound surnames in use today; each is said and written as one.
COMPOUND = frozenset(
    """
    欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 南宫 端木 百里 呼延 闻人 轩辕 长孙
    宇文 鲜于 独孤 太史 申屠 公羊 澹台 赫连 钟离 濮阳 淳于 单于 仲孙 东郭 西门 南门 第五 公冶 宗政 太叔
    乐正 拓跋 万俟 闾丘 梁丘 左丘 东门 亓官 司寇 巫马 公西 颛孙 壤驷 漆雕 谷梁 段干 夹谷 即墨
    """.split()  # noqa: SIM905 - read by people, as a list of words
)
MIDDLE_DOTS = "·•‧・．∙⋅"  # readers and registers write the dot of minority names in many ways


@dataclass(frozen=True)
class Person:
    """`card` is the keyed hash, `name` masked ("张*"), `title` 先生, 女士 or empty, `age` a band ("60+") or empty."""

    card: str
    name: str
    title: str
    age: str

    @property
    def polite(self) -> str:
        """How a person is addressed: 张*女士."""
        return self.name + self.title

    @property
    def address(self) -> str:
        """The same where a loudspeaker can say it, of a Chinese surname with a title; else empty."""
        return self.polite if self.title and SURNAME.fullmatch(self.name) else ""


def person_of(text: CardText, key: bytes, today: date) -> Person:
    """What stays of a card. `key` is the hall's own; `today` is the business day, in the hall's time zone."""
    return Person(hash_of(text.number, key), mask(text.name), TITLES.get(text.sex, ""), age_band(text, today))


def hash_of(number: str, key: bytes) -> str:
    """HMAC-SHA256 of the number, hex. ValueError for a key that is too short, without any word of the number."""
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key for ID numbers has at least {SHORTEST_KEY} bytes")
    return hmac.new(key, number.upper().encode("utf-8"), hashlib.sha256).hexdigest()


def mask(name: str) -> str:
    """The surname, and a star for the rest: 张*, 欧阳*; of a name in parts the first part's first: 买*·*.

    Of a name of a single character nothing can be shown: *.
    """
    for dot in MIDDLE_DOTS:
        name = name.replace(dot, "·")
    parts = ["".join(part.split()) for part in name.split("·")]
    parts = [part for part in parts if part]
    if not parts:
        return "*"
    if len(parts) > 1:
        first = parts[0]
        return (first[0] if len(first) > 1 else "") + "*·*"
    whole = parts[0]
    if len(whole) == 1:
        return "*"
    if whole.isascii():
        return whole[0] + "*"
    if len(whole) > 2 and whole[:2] in COMPOUND:
        return whole[:2] + "*"
    return whole[0] + "*"


def age_band(text: CardText, today: date) -> str:
    """The band on this day; empty when the card's birthday cannot be read."""
    try:
        born = date(int(text.birth[:4]), int(text.birth[4:6]), int(text.birth[6:8]))
    except ValueError:
        return ""
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return next((band for limit, band in BANDS if 0 <= age < limit), "")
