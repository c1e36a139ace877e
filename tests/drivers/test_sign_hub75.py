"""HUB75 panels: what we hand to rpi-rgb-led-matrix, seen through its emulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from drivers.errors import DeviceLost
from drivers.sign import dots, hub75
from drivers.sign.hub75 import Hub75Sign, settings

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "hub75.json").read_text("utf-8")
)
URL = "hub75:adafruit-hat?rows=32&cols=64&chain=2"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The emulator reads its set-up where it is imported: frames are kept, no window and no browser."""
    monkeypatch.chdir(tmp_path)
    quiet = {"display_adapter": "raw", "allow_adapter_fallback": False, "log_level": "error"}
    (tmp_path / "emulator_config.json").write_text(json.dumps(quiet))
    import RGBMatrixEmulator
    from RGBMatrixEmulator.adapters.raw_adapter import RawAdapter

    monkeypatch.setattr(RawAdapter, "INSTANCE", None)
    monkeypatch.setattr(hub75, "_matrices", {})
    yield RGBMatrixEmulator


def frame() -> Any:
    from RGBMatrixEmulator.adapters.raw_adapter import RawAdapter

    adapter: Any = RawAdapter.INSTANCE
    return adapter._last_frame()


def test_a_call_stands_on_the_panels_dot_by_dot(library: Any) -> None:
    with Hub75Sign("sign-3", URL, 128, 32, colour="amber", library=lambda: library) as sign:
        assert sign.show(["请䶮𠮷女士", "到3号窗口"]) == ""
        pixels = frame()
        assert pixels.shape == (32, 128, 3)
        page = dots.render(["请䶮𠮷女士", "到3号窗口"], 128, 32).pages[0]
        lit = [[tuple(int(v) for v in dot) for dot in row] for row in pixels]
        expected = [
            [(255, 160, 0) if page.getpixel((x, y)) else (0, 0, 0) for x in range(128)] for y in range(32)
        ]
        assert lit == expected
        sign.clear()
        assert not frame().any()


@pytest.mark.parametrize("vector", VECTORS["options"], ids=lambda v: v["name"])
def test_the_library_is_given_its_own_options(library: Any, vector: dict[str, Any]) -> None:
    """Only what the URL says, and only names that the library knows; its emulator has no root to give up."""
    given: dict[str, Any] = {}
    known = {*dir(library.RGBMatrixOptions()), "drop_privileges"}

    class Noting:
        def __setattr__(self, option: str, value: Any) -> None:
            assert option in known, option
            given[option] = value

    note = SimpleNamespace(RGBMatrixOptions=Noting, RGBMatrix=lambda options: library.RGBMatrix())
    with Hub75Sign("sign-3", vector["url"], library=lambda: note):
        assert given == vector["given"]


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda v: v["name"])
def test_the_library_is_given_these_rows_of_dots(library: Any, vector: dict[str, Any]) -> None:
    rows, handed = vector["rows"], []
    lit = {"#": tuple(vector["lit"]), ".": (0, 0, 0)}
    with Hub75Sign(
        "sign-3", vector["url"], len(rows[0]), len(rows), colour=vector["colour"], library=lambda: library
    ) as sign:
        sign.show(["满"])
        set_image = type(sign.canvas).SetImage

        def note(canvas: Any, image: Any, *at: int) -> None:
            handed.append((image.mode, image.size, at))
            set_image(canvas, image, *at)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(sign.canvas), "SetImage", note)
            sign.show(vector["lines"])
        assert handed == [("RGB", (len(rows[0]), len(rows)), ())]
        assert [[tuple(map(int, dot)) for dot in row] for row in frame()] == [
            [lit[d] for d in row] for row in rows
        ]


def test_a_text_too_long_turns_its_pages_while_nothing_else_happens(library: Any) -> None:
    text = "请保管好您的号票谢谢配合"
    with Hub75Sign("sign-3", URL, 128, 32, library=lambda: library) as sign:
        sign.show([text])
        first = frame().tobytes()
        sign.ping()
        assert frame().tobytes() != first
        sign.ping()
        assert frame().tobytes() == first


def test_the_library_is_set_up_once_however_often_the_sign_is_opened(library: Any) -> None:
    for _ in range(3):
        with Hub75Sign("sign-3", URL, 128, 32, library=lambda: library) as sign:
            sign.show(["A012"])
    assert len(hub75._matrices) == 1


def test_a_machine_without_the_library_says_what_to_install() -> None:
    with pytest.raises(DeviceLost, match="rgbmatrix"), Hub75Sign("sign-3", URL):
        pass


def test_a_library_that_may_not_touch_the_pins_says_so(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(options: Any) -> None:
        raise RuntimeError("not root")

    monkeypatch.setattr(library, "RGBMatrix", refuse)
    with pytest.raises(DeviceLost, match="root"), Hub75Sign("sign-3", URL, library=lambda: library):
        pass


def test_the_url_names_the_librarys_options() -> None:
    assert settings("hub75:regular?rows=16&chain=4&slowdown=3&rgb=RBG&mapper=U-mapper") == {
        "hardware_mapping": "regular",
        "rows": 16,
        "cols": 64,
        "chain_length": 4,
        "gpio_slowdown": 3,
        "led_rgb_sequence": "RBG",
        "pixel_mapper_config": "U-mapper",
    }
    for wrong, said in (
        ("hub75:", "接线方式"),
        ("serial:/dev/ttyS0", "hub75:"),
        ("hub75:regular?rowz=3", "rowz"),
        ("hub75:regular?rows=x", "rows"),
    ):
        with pytest.raises(ValueError, match=said):
            settings(wrong)
