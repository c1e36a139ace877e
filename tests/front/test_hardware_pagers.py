"""What docs/hardware.md says of pagers, keypads and readers: every snippet opens its driver, every kind is there."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.languages import sentences
from config.load import parse
from config.wired import KeypadKind, PagerKind, ReaderKind
from drivers.keypad.usb import UsbPad
from drivers.pager.gateway import open_gateway

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hardware.md").read_text("utf-8")
SNIPPETS = [tomllib.loads(text) for text in re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)]
TERMINALS = [snippet for snippet in SNIPPETS if "pager_terminal" in snippet]


def kinds(table: str) -> set[str]:
    return {row["kind"] for snippet in SNIPPETS for row in snippet.get(table, []) if "kind" in row}


@pytest.mark.parametrize("snippet", TERMINALS, ids=lambda s: s["pager_terminal"].get("kind", "tap"))
def test_a_terminal_as_printed_opens_its_driver(snippet: dict[str, Any], tmp_path: Path) -> None:
    example = tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))
    table = snippet["pager_terminal"]
    if "secret_file" in table:
        table = table | {"secret_file": str(tmp_path / "sms.key")}
        (tmp_path / "sms.key").write_text("sixteen characters or more")
    terminal = parse(example | snippet | {"pager_terminal": table}).pager_terminal
    assert terminal is not None
    open_gateway(terminal.kind, "paging", terminal.url, **terminal.options)


def test_every_kind_has_a_snippet() -> None:
    assert {snippet["pager_terminal"].get("kind", "tap") for snippet in TERMINALS} == set(PagerKind)
    assert kinds("keypad") == set(KeypadKind)
    assert kinds("reader") == set(ReaderKind)


def test_the_words_in_the_tables_are_the_drivers_own() -> None:
    """What stands on a screen is found on the page: each cell is a sentence of the catalogue, or a part of one."""
    filled = [sentence.replace("{what}", str(UsbPad.what)) for sentence in sentences("en")]
    spoken = [chinese(re.sub(r"\{[^}]*\}", "", sentence)) for sentence in filled]
    rows = re.findall(r"^\| ((?:`[^`]*[\u4e00-\u9fff][^`]*`(?:, `[^`]*`)*)) \|", PAGE, re.M)
    words = [word for cell in rows for word in re.findall(r"`([^`]+)`", cell)]
    assert len(words) > 30
    for word in words:
        assert any(chinese(word) in sentence for sentence in spoken), word


FAMILIES = ("sign", "printer", "pager", "keypad", "reader", "speech")
WIRES = ("wires", "usb", "inputs", "jack", "worker", "onwire")
# What a thing is called, what is no fault, and what says in full how a URL is written.
TOLD = {"找到证件", "程序正在关闭", "“"}


def test_no_word_of_a_driver_is_left_out_of_the_tables() -> None:
    """The log says them in Chinese; whoever reads English finds each here, or a part of it."""
    page = chinese(PAGE)
    files = [file for family in FAMILIES for file in (ROOT / "drivers" / family).glob("*.py")]
    files += [ROOT / "drivers" / f"{name}.py" for name in WIRES]
    said = [(file.name, sentence) for file in files for sentence in faults(file.read_text("utf-8"))]
    assert len(said) > 80
    missing = [(name, words) for name, words in said if not any(part in page for part in parts(words))]
    assert missing == []


def parts(sentence: str) -> list[str]:
    """What stands between names and marks, where it is long enough to be looked for."""
    found = [chinese(part) for part in re.split(r"\{[^}]*\}|[，。：；（“”]", sentence)]
    return [part for part in found if len(part) > 2]


def faults(source: str) -> Iterator[str]:
    """The sentences of a module that somebody may read when something is wrong."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(sentence))]):
                named = len(chinese(sentence)) < 6 and "{" not in sentence
                if parts(sentence) and not named and not any(sentence.startswith(told) for told in TOLD):
                    yield sentence


def chinese(sentence: str) -> str:
    """Without names, numbers and marks."""
    return "".join(re.findall(r"[\u4e00-\u9fff]", sentence))


RULE = re.compile(
    r"(?P<key>SUBSYSTEM|KERNEL|KERNELS|SYMLINK|GROUP|MODE|(?:ENV|ATTRS)\{\w+\})(?P<how>==|=|\+=)\"(?P<value>[^\"]+)\""
)


def test_the_udev_example_is_what_udev_reads() -> None:
    """udev(7): a rule is a line of pairs; matches come with ==, and a device gets a name of its own and a group."""
    lines = (ROOT / "systemd" / "70-hall.rules").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    names = []
    for rule in rules:
        pairs = [RULE.fullmatch(part) for part in rule.split(", ")]
        assert all(pairs), rule
        found = [(pair["key"], pair["how"], pair["value"]) for pair in pairs if pair]
        assert {how for key, how, _ in found if key in ("SUBSYSTEM", "KERNEL", "KERNELS")} == {"=="}, rule
        assert ("MODE", "=", "0660") in found and any(key == "GROUP" for key, _, _ in found), rule
        names += [value for key, how, value in found if (key, how) == ("SYMLINK", "+=")]
        if ("SUBSYSTEM", "==", "input") in found and "rumble" not in rule:
            assert ("ENV{LIBINPUT_IGNORE_DEVICE}", "=", "1") in found, "the desktop would hear it, too"
    assert len(names) == len(rules) == len(set(names))


def test_the_names_of_the_example_hall_are_made_by_the_udev_example() -> None:
    rules = (ROOT / "systemd" / "70-hall.rules").read_text("utf-8")
    made = set(re.findall(r'SYMLINK\+="([^"]+)"', rules))
    hall = parse(tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8")))
    assert hall.pager_terminal is not None
    urls = [pad.url for pad in hall.keypad] + [hall.pager_terminal.url]
    wanted = {found[1] for url in urls if (found := re.search(r"/dev/(hall/[\w-]+)", url))}
    assert wanted and wanted <= made, wanted - made
