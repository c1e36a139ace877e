"""What is committed under docs/ is what the code says today, and says everything."""

from __future__ import annotations

import importlib
import re
from typing import Any

import msgspec
import pytest

from caller.chinese import TITLES
from caller.contract import DOCS, WRITES, contract, main, yaml
from caller.journey import JOURNEY
from caller.messages import COMMANDS, EVENTS, STATES, Answer, Message, Reason, Step


@pytest.mark.parametrize("what", WRITES)
def test_the_committed_file_is_a_fresh_one(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([what, "--print"]) == 0
    fresh = capsys.readouterr().out
    committed = (DOCS / WRITES[what][1]).read_text("utf-8")
    assert committed == fresh, f"run: python -m caller.contract {what}"


def test_every_message_has_a_topic_and_every_topic_an_operation() -> None:
    document = contract()
    addresses = {channel["address"] for channel in document["channels"].values()} - {None}
    said = {f"command/{name}" for name in COMMANDS} | {f"event/{name}" for name in EVENTS}
    said |= {topic.replace("+", "{id}") for topic in STATES}
    assert addresses == {f"hall/{{hall}}/{topic}" for topic in said}
    used = {operation["channel"]["$ref"] for operation in document["operations"].values()}
    assert used == {f"#/channels/{key}" for key in document["channels"] if key != "reply"}
    retained = {
        operation["channel"]["$ref"].split("/")[-1]
        for operation in document["operations"].values()
        if operation["bindings"]["mqtt"]["retain"]
    }
    assert retained == {key for key in document["channels"] if key.startswith(("state-", "status"))}


def test_every_reference_leads_somewhere() -> None:
    document = contract()

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            here = [part["$ref"]] if "$ref" in part else []
            return here + [r for value in part.values() for r in references(value)]
        return [r for value in part for r in references(value)] if isinstance(part, list) else []

    found = references(document)
    assert found
    for reference in found:
        place: Any = document
        for name in reference.removeprefix("#/").split("/"):
            place = place[name]


def test_a_reason_is_told_in_both_languages() -> None:
    told = contract()["components"]["schemas"]["Reason"]["description"]
    assert "nobody-waiting: 没有等候的群众 · " in told
    assert sum(f"\n{reason}: " in told for reason in Reason) == len(Reason)


def test_a_yaml_reader_reads_what_was_meant() -> None:
    document = msgspec.json.decode(msgspec.json.encode(contract()))
    assert importlib.import_module("yaml").safe_load("\n".join(yaml(contract()))) == document


def test_words_that_yaml_would_take_for_something_else() -> None:
    tricky = {
        "on": "yes",
        "a": "1",
        "b": "",
        "c": [1, "x: y", None, True],
        "d": {},
        "e": "two\nlines",
        "f": [],
    }
    assert importlib.import_module("yaml").safe_load("\n".join(yaml(tricky))) == tricky


def test_the_picture_has_every_arrow_of_the_table() -> None:
    picture = (DOCS / "journey.md").read_text("utf-8")
    arrows = re.findall(r"^    (\S+) --> (\S+) : \S+ (\w+)$", picture, re.MULTILINE)
    table = [
        (before.replace("-", "_") if before else "[*]", after.replace("-", "_"), event.__name__)
        for (before, event), after in JOURNEY.items()
    ]
    assert arrows == table


def test_every_message_has_one_chinese_word_and_no_two_the_same() -> None:
    kinds: list[type[Message]] = [*COMMANDS.values(), *EVENTS.values(), *STATES.values(), Answer]
    named = {kind.__name__ for kind in kinds}
    assert set(TITLES) == named | {step.name for step in Step}
    words = [TITLES[name] for name in sorted(named)]
    assert len(words) == len(set(words))
