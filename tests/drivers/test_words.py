"""Whatever a driver says to a person is a sentence of the catalogue, and can be said in another language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.languages import _ as in_language
from drivers import __main__ as front
from drivers.errors import DeviceLost
from drivers.words import NOTHING, _, of, plain
from tests.drivers.patients import hall_file

DRIVERS = Path(__file__).parents[2] / "drivers"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What is spoken, shown or printed is not about a device: it has its own rules of language.
CONTENT = {"speech/reading.py", "reader/person.py", "speech/voice.py", "doctor/trial.py"}


def english(sentence: str) -> str:
    return in_language(sentence, "en")


def test_a_sentence_remembers_what_stands_in_its_places() -> None:
    lost = DeviceLost("sign-3", _("打不开{what}：{why}").format(what=_("数字键盘"), why=_("没有数字键")))
    assert str(lost) == "sign-3: 打不开数字键盘：没有数字键" and lost.why == "打不开数字键盘：没有数字键"
    assert lost.words.put(english) == "Number pad does not open: has no number keys"
    assert of(ValueError(_("连不上"))).put(english) == "Cannot be reached"
    assert of(OSError(5, "I/O error")).put(english) == "[Errno 5] I/O error"


def test_lists_are_told_as_the_language_tells_them() -> None:
    told = _("读不到 {files}").format(files=["a", plain("b"), _("二维码网址")])
    assert str(told) == "读不到 a、b、二维码网址"
    assert told.put(english) == "Cannot be read: a, b, Addresses in codes"
    assert not NOTHING and DeviceLost("sign-3").words is NOTHING


def unsaid(source: str) -> Iterator[tuple[int, str]]:
    """Chinese strings of this code that are looked up nowhere; one that has its English beside it is whole."""
    tree = ast.parse(source)
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            passed.add(body[0].value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            passed.update(node.args)
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and node not in passed else None
        if isinstance(text, str) and CHINESE.search(text) and " · " not in text:
            yield getattr(node, "lineno", 0), text


@pytest.mark.parametrize("room", ["", "doctor", "keypad", "pager", "printer", "reader", "sign", "speech"])
def test_nothing_that_a_driver_says_bypasses_the_catalogue(room: str) -> None:
    files = [f for f in (DRIVERS / room).glob("*.py") if str(f.relative_to(DRIVERS)) not in CONTENT]
    assert files
    found = {f.name: said for f in files if (said := list(unsaid(f.read_text("utf-8"))))}
    assert found == {}


def test_the_whole_report_in_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = hall_file(tmp_path, f"file:{tmp_path}/lp9")
    assert front.main(["doctor", "--config", str(file), "--language", "en"]) == 1
    told = capsys.readouterr().out
    assert not CHINESE.search(told) and "：" not in told and "、" not in told
    assert re.search(
        rf"^FAULT +Printer 1 +file:{tmp_path}/lp9 +No {tmp_path}/lp9: not plugged in", told, re.M
    )
    assert front.main(["doctor", "--config", str(file), "--language", "tlh"]) == 2
    assert "tlh" in capsys.readouterr().err
    assert front.main(["try", "printer:1", "--config", str(file), "--language", "en"]) == 1
    assert capsys.readouterr().err.startswith(f"printer:1: No {tmp_path}/lp9: not plugged in")
