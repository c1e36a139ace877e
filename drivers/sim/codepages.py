"""The pages of single-byte characters that ESC t chooses from, in the numbers of Epson's reference."""

from __future__ import annotations

CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    19: "cp858",
}
# Page 1, Katakana: lines and blocks from 80 to 9F (Epson's character code tables), then JIS X 0201.
LINES = "▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯"
KATAKANA_PAGE = 1


def on_page(byte: int, page: int) -> str:
    """The character of a byte from 80 to FF on page `page`; page 0 where there is no such page."""
    if page == KATAKANA_PAGE:
        return LINES[byte - 0x80] if byte < 0xA0 else bytes((byte,)).decode("shift_jis", "replace")
    return bytes((byte,)).decode(CODE_PAGES.get(page, "cp437"), "replace")
