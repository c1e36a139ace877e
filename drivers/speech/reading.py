"""How a number is read aloud in Chinese, so that nobody has to guess.

A ticket is read letter by letter and digit by digit ("A 零零一"), a window as a number ("十二号窗口"). The
blanks keep a synthesiser from reading "A零" as a word, and the comma is the breath between the two.
"""

from __future__ import annotations

DIGITS = "零一二三四五六七八九"


def digits(number: str) -> str:
    """Every digit by its name: "001" -> "零零一"."""
    return "".join(DIGITS[int(digit)] for digit in number)


def numeral(number: int) -> str:
    """A number as it is said, from 0 to 99: 10 -> "十", 12 -> "十二", 20 -> "二十"; ValueError beyond."""
    if not 0 <= number <= 99:
        raise ValueError(f"no window has the number {number}")
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return (DIGITS[tens] if tens > 1 else "") + "十" + (DIGITS[ones] if ones else "")


def ticket(number: str) -> str:
    """A ticket's number: "A001" -> "A 零零一"."""
    return f"{number[0]} {digits(number[1:])}"


def window(number: int) -> str:
    """A window: 3 -> "三号窗口"."""
    return f"{numeral(number)}号窗口"


def sentence(ticket_number: str, window_number: int) -> str:
    """The whole call: "请 A 零零一 号，到 三号窗口"."""
    return f"请 {ticket(ticket_number)} 号，到 {window(window_number)}"
