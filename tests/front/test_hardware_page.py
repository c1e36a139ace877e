"""docs/hardware.md says nothing that hall.toml would refuse: every snippet is loaded, every URL is read."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.load import parse
from config.signs import SignKind
from drivers.pager.webhook import Webhook
from drivers.sign import hub75
from drivers.speech.player import open_player
from drivers.transport import SCHEMES, check_url

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "hardware.md").read_text("utf-8")
SNIPPETS = re.findall(r"^```toml\n(.*?)^```", PAGE, re.M | re.S)
EVERY = (*SCHEMES, hub75.SCHEME, "evdev", "alsa", "https")
URLS = sorted(set(re.findall(rf"[`\"]((?:{'|'.join(EVERY)}):[^\s`\"]*[^\s`\":])[`\"]", PAGE)))


@pytest.fixture
def example() -> dict[str, Any]:
    return tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda text: text.split("\n")[0])
def test_a_snippet_is_a_part_of_a_hall(snippet: str, example: dict[str, Any]) -> None:
    said = tomllib.loads(snippet)
    here = {kiosk.get("id") for kiosk in said.get("kiosk", example["kiosk"])}
    example["reader"] = [reader for reader in example["reader"] if reader["kiosk"] in here]
    hall = parse(example | said)
    assert len(hall.sign) == len(said.get("sign", example["sign"]))


@pytest.mark.parametrize("url", URLS)
def test_a_url_is_one(url: str) -> None:
    match url.partition(":")[0]:
        case hub75.SCHEME:
            assert hub75.settings(url)
        case "alsa":
            assert open_player(url, "voice-east")
        case "evdev":
            assert url.startswith("evdev:/dev/")
        case "https":
            assert Webhook("sms", url, secret="sixteen-or-more-characters")
        case _:
            assert check_url(url) is None


def test_every_kind_of_sign_is_on_the_page() -> None:
    shown = {sign.get("kind", "onbon") for text in SNIPPETS for sign in tomllib.loads(text).get("sign", [])}
    models = {m["kind"] for text in SNIPPETS for m in tomllib.loads(text).get("sign_model", {}).values()}
    assert shown | models == {str(kind) for kind in SignKind}
    assert {url.partition(":")[0] for url in URLS} == set(EVERY) - {"sim"}
    assert len(URLS) > 30
