"""Every kind of sign before the doctor: asked as hall.toml describes it, and made to show something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drivers.doctor.asked import SILENT_SIGNS
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.doctor.probe import examine
from drivers.doctor.trial import attempt
from drivers.sim import host, make

FAR: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "bx5": ("bx", {"series": "bx5"}, {"font_dots": 24}),
    "bx6": ("bx", {"series": "bx6"}, {"colour": "green", "lit": 0}),
    "alpha": ("alpha", {"address": "9"}, {"address": 9}),
    "strip": ("strip", {"address": "3"}, {"address": 3}),
    "candle": ("candle", {"address": "40"}, {"address": 40}),
}


@pytest.mark.parametrize("kind", FAR)
def test_a_sign_is_asked_and_shows_the_usual_sentence(kind: str, tmp_path: Path) -> None:
    sim, far, near = FAR[kind]
    card = make(sim, "sign-3", tmp_path, far)
    said: list[str] = []
    with host.serve_tcp(card) as served:
        options = {"window": 3, "width_dots": 128, "height_dots": 16} | near
        device = Device("sign:3", kind, served.url, options)
        found = examine([device])
        assert found.state is (State.OPEN if kind in SILENT_SIGNS else State.FINE), found
        attempt(device, "", said.append)
    assert any("请A001到3号窗口" in line for line in said)
    if kind == "candle":
        assert any("请到号窗口" in line for line in said)


def test_a_dead_sign_is_told_as_one(hurry: None) -> None:
    card = make("strip", "sign-3", None, {"address": "3"})
    with host.serve_tcp(card) as served:
        served.do("die")
        found = examine([Device("sign:3", "strip", served.url, {"address": 3, "height_dots": 16})])
    assert found.state is State.FAULT and "没有应答" in str(found.answer)
