"""Every Chinese sentence of the product has an English one, and the catalogue holds nothing that nobody says."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from config import fonts
from config.languages import HERE, _, languages
from tests.kiosk.visit import Visit

ROOT = Path(__file__).parents[2]
ROOMS = ("kiosk", "display", "caller", "drivers", "config")
CALLS = {"_": None, "in_other": None, "_both": None}  # `kiosk.ticket` says a sentence twice
HOLE = re.compile(r"\{(\w+)[^}]*\}")


def said() -> set[str]:
    """Every sentence that the code looks up."""
    found: set[str] = set()
    for room in ROOMS:
        for _file, _line, sentence, *_rest in extract_from_dir(
            ROOT / room, method_map=[("**.py", "python")], keywords=CALLS
        ):
            found.add(str(sentence))
    return found


def test_every_sentence_is_translated_and_none_is_stale() -> None:
    with (HERE / "en" / "LC_MESSAGES" / "hall.po").open("rb") as source:
        translated = {str(m.id): str(m.string) for m in read_po(source) if m.id}
    assert len(said()) > 100
    assert said() - translated.keys() == set(), "say these in config/languages/en too"
    assert translated.keys() - said() == set(), "nobody says these any more"
    for chinese, english in translated.items():
        assert english, chinese
        assert set(HOLE.findall(chinese)) == set(HOLE.findall(english)), chinese
        assert not re.search(r"[\u4e00-\u9fff]", english), english
        assert not fonts.missing(english + chinese, fonts.regular())


def test_one_more_catalogue_is_one_more_language_within_reach(
    visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing but a folder with a catalogue is added."""
    shutil.copytree(HERE / "en", tmp_path / "en")
    third = tmp_path / "de" / "LC_MESSAGES"
    third.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (third / "hall.po").write_text(
        f'{head}msgid "中文"\nmsgstr "Deutsch"\n\nmsgid "您要办什么？"\nmsgstr "Was führt Sie her?"\n',
        "utf-8",
    )
    monkeypatch.setattr("config.languages.HERE", tmp_path)
    names = []
    for _step in range(4):
        tile = visit.says().tongue
        assert tile is not None
        names.append(tile.label)
        visit.touch(tile.target)
    assert names == ["Deutsch", "English", "中文", "Deutsch"]
    visit.touch("language:de")
    assert visit.says().title == "Was führt Sie her?"


def test_a_visitor_who_reads_english_is_understood() -> None:
    assert languages() == ("zh", "en")
    assert _("取号", "en") == "Get a ticket"
    assert _("取号", "fr") == "取号"
