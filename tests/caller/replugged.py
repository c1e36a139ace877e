"""USB pads read by the keypads process's own loop, told line by line: `python -m tests.caller.replugged URL…`."""

from __future__ import annotations

import sys
from typing import Any

from config.load import load
from config.schema import Keypad, KeypadKind
from tests.caller.onebus import Noted, descriptors, running
from tests.caller.started import ROOT


def say(*words: object) -> None:
    """One line at once: several threads speak."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def on_post(topic: str, command: dict[str, Any]) -> None:
    say("post", command["window"], topic.rpartition("/")[2])


def on_keep(topic: str, status: dict[str, Any]) -> None:
    say(topic, "online" if status["online"] else "offline")


if __name__ == "__main__":
    pads = tuple(Keypad(window=n, kind=KeypadKind.USB, url=url) for n, url in enumerate(sys.argv[1:], 1))
    with running(load(ROOT / "config" / "hall.toml"), pads, Noted(on_post, on_keep)):
        for line in sys.stdin:
            if line.strip() == "descriptors":
                say("descriptors", descriptors())
