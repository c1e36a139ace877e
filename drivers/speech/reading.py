"""How a call is read aloud, by the hall's own rules, so that nobody has to guess.

A ticket is read letter by letter and digit by digit ("A 零零一"), a window as a number ("十二号窗口"). A call
has two halves, because a visitor first hears whether it is for him, then where to go; each half is rendered
once and used again. The blanks keep a synthesiser from reading "A零" as a word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

# Surnames that a synthesiser reads as the everyday word, and what is read as the surname is said.
SURNAMES = {
    "单": "善", "查": "渣", "仇": "球", "曾": "增", "解": "谢", "任": "人", "区": "欧", "朴": "瓢", "盖": "葛",
    "华": "化", "翟": "宅", "乐": "月", "召": "绍", "员": "运", "种": "虫", "燕": "烟", "繁": "婆", "句": "勾",
    "过": "锅", "祭": "债", "折": "蛇", "尉迟": "玉迟", "万俟": "莫其", "长孙": "掌孙", "单于": "缠于",
    "令狐": "铃狐", "澹台": "谈台",
}  # fmt: skip
TITLES = ("先生", "女士")
DIGITS = "零一二三四五六七八九"
YAO = "幺"  # 1 as it is said over telephones and radios, never mistaken for 七
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


class Language(StrEnum):
    """What is spoken; Mandarin and Cantonese are written alike here and sound different."""

    MANDARIN = "zh"
    CANTONESE = "yue"
    ENGLISH = "en"


class Way(StrEnum):
    """How a number is read: digit by digit, or as a number."""

    DIGITS = "digits"
    NUMBER = "number"


@dataclass(frozen=True)
class Rules:
    """`ticket` and `window` say how their numbers are read; `yao`: 1 is 幺 in what is read digit by digit."""

    language: Language = Language.MANDARIN
    ticket: Way = Way.DIGITS
    window: Way = Way.NUMBER
    yao: bool = False


USUAL = Rules()


def digits(number: str, rules: Rules = USUAL) -> str:
    """Every digit by its name: "001" -> "零零一"."""
    if rules.language is Language.ENGLISH:
        return " ".join(ENGLISH[int(digit)] for digit in number)
    said = "".join(DIGITS[int(digit)] for digit in number)
    return said.replace(DIGITS[1], YAO) if rules.yao else said


def numeral(number: int, rules: Rules = USUAL) -> str:
    """A number as it is said, from 0 to 9999: 10 -> "十", 12 -> "十二", 105 -> "一百零五"; ValueError beyond."""
    if not 0 <= number <= 9999:
        raise ValueError(f"no number of a hall is {number}")
    return _english(number) if rules.language is Language.ENGLISH else _chinese(number)


def _chinese(number: int) -> str:
    said, gap = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            said += (DIGITS[0] if gap and said else "") + DIGITS[digit] + name
            gap = False
        else:
            gap = bool(said)
    # 十二 at the beginning, 一百一十二 further on
    return said.removeprefix(DIGITS[1]) if said.startswith("一十") else said or DIGITS[0]


def _english(number: int) -> str:
    words: list[str] = []
    for place, name in ((1000, "thousand"), (100, "hundred")):
        digit, number = divmod(number, place)
        if digit:
            words += [ENGLISH[digit], name]
    if number >= 20:
        words.append(TENS[number // 10 - 2])
        number %= 10
    elif number >= 10:
        words.append((*TEENS, "nineteen")[number - 10])
        number = 0
    if number or not words:
        words.append(ENGLISH[number])
    return " ".join(words)


def ticket(number: str, rules: Rules = USUAL) -> str:
    """A ticket's number: "A001" -> "A 零零一"."""
    return f"{number[0]} {_read(number[1:], rules.ticket, rules)}"


def window(number: int, rules: Rules = USUAL) -> str:
    """A window: 3 -> "三号窗口"."""
    if not 0 <= number <= 99:
        raise ValueError(f"no window has the number {number}")
    said = _read(str(number), rules.window, rules)
    return f"window {said}" if rules.language is Language.ENGLISH else f"{said}号窗口"


def who(number: str, rules: Rules = USUAL) -> str:
    """The first half of a call: "请 A 零零一 号"."""
    if rules.language is Language.ENGLISH:
        return f"Ticket {ticket(number, rules)}"
    return f"请 {ticket(number, rules)} 号"


def address(masked: str, rules: Rules = USUAL) -> str:
    """How somebody is called besides the number: 张*女士 -> "张女士"; not in English, which has no such titles."""
    surname, star, title = masked.partition("*")
    if not star or rules.language is Language.ENGLISH:
        return ""
    spelt = SURNAMES.get(surname, surname) if rules.language is Language.MANDARIN else surname
    return spelt + title


def where(number: int, rules: Rules = USUAL) -> str:
    """The second half: "到 三号窗口"."""
    if rules.language is Language.ENGLISH:
        return f"please go to {window(number, rules)}"
    return f"到 {window(number, rules)}"


def call(ticket_number: str, window_number: int, rules: Rules = USUAL) -> tuple[str, str]:
    """Both halves."""
    return who(ticket_number, rules), where(window_number, rules)


def sentence(ticket_number: str, window_number: int, rules: Rules = USUAL) -> str:
    """The whole call: "请 A 零零一 号，到 三号窗口"."""
    comma = ", " if rules.language is Language.ENGLISH else "，"
    return comma.join(call(ticket_number, window_number, rules))


def fragments(half: str, rules: Rules = USUAL) -> tuple[str, ...]:
    """What a recorded voice joins: "请 A 零零一 号" -> 请 A 零 零 一 号; "到 三号窗口" -> 到 三号窗口.

    A window is one recording: a person says 三号窗口 better than three pieces of it would sound.
    """
    words = half.split()
    if rules.language is Language.ENGLISH:
        at = words.index("window") if "window" in words else len(words)
        return (*_leads(words[:at]), *([" ".join(words[at:])] if words[at:] else []))
    parts: list[str] = []
    for word in words:
        whole = len(word) == 1 or word.endswith("窗口") or not set(word) <= set(DIGITS + YAO + "十百千")
        parts += [word] if whole else list(word)
    return tuple(parts)


def _leads(words: list[str]) -> list[str]:
    """ "please go to" is one recording, and every other word is one."""
    return [" ".join(words)] if words[:1] == ["please"] else words


def vocabulary(letters: Iterable[str], windows: Iterable[int], rules: Rules = USUAL) -> tuple[str, ...]:
    """Every fragment that a hall's calls are made of, in the order in which one would record them."""
    said: dict[str, None] = {}
    for letter in letters:
        said |= dict.fromkeys(fragments(who(f"{letter}0", rules), rules))
    if rules.ticket is Way.NUMBER:
        for number in range(1, 1001):
            said |= dict.fromkeys(fragments(numeral(number, rules), rules))
    for digit in range(10):
        said |= dict.fromkeys(fragments(digits(str(digit), rules), rules))
    for number in windows:
        said |= dict.fromkeys(fragments(where(number, rules), rules))
    return tuple(said)


def _read(number: str, way: Way, rules: Rules) -> str:
    return digits(number, rules) if way is Way.DIGITS else numeral(int(number), rules)
