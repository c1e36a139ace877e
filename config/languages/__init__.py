"""Every string that a person reads is written in Chinese where it is used, and translated from one place.

The msgid is the Chinese sentence itself, so Chinese needs no catalogue; each other language is in
`languages/<code>/LC_MESSAGES/hall.po`. Adding a language is adding a folder.
"""

from __future__ import annotations

import gettext
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent
CHINESE = "zh"
# What a program at a shell speaks; a screen of the hall names the language that its reader has chosen.
speaking: ContextVar[str] = ContextVar("speaking", default=CHINESE)


def languages() -> tuple[str, ...]:
    """Codes of all languages, Chinese first."""
    return (CHINESE, *sorted(po.parent.parent.name for po in HERE.glob("*/LC_MESSAGES/hall.po")))


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations of one language; an unknown language reads Chinese."""
    path = HERE / language / "LC_MESSAGES" / "hall.po"
    if language == CHINESE or not path.exists():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def sentences(language: str) -> dict[str, str]:
    """Every sentence with its translation; none for Chinese, which needs no catalogue."""
    path = HERE / language / "LC_MESSAGES" / "hall.po"
    if language == CHINESE:
        return {}
    with path.open("rb") as source:
        return {str(said.id): str(said.string) for said in read_po(source, locale=language) if said.id}


def _(sentence: str, language: str = "") -> str:
    """The sentence in a language, the program's own where none is named; placeholders in braces are left for the caller
    to fill."""
    return catalogue(language or speaking.get()).gettext(sentence)


def chosen(chinese: str, other: str, language: str) -> str:
    """A name from hall.toml in the visitor's language, Chinese where the hall gives no other."""
    return chinese if language == CHINESE or not other else other
