"""HUB75 panels on a Raspberry Pi: hzeller's rpi-rgb-led-matrix scans them, we hand it pictures.

    hub75:adafruit-hat?rows=32&cols=64&chain=2&parallel=1&slowdown=2&brightness=60&rgb=RGB

The library drives bare pins: nothing answers there, so dark panels are noticed by people only. It may be set up
once in a process, and gives up root when it is unless it is told not to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Self
from urllib.parse import parse_qsl

from PIL import Image

from drivers.closing import Closing
from drivers.errors import DeviceLost
from drivers.sign import dots
from drivers.sign.colours import RGB
from drivers.sign.wired import always
from drivers.words import _

LIBRARY = "rgbmatrix"
SCHEME = "hub75"
# Our word for each number, and the library's.
NUMBERS = {
    "rows": "rows",
    "cols": "cols",
    "chain": "chain_length",
    "parallel": "parallel",
    "slowdown": "gpio_slowdown",
    "brightness": "brightness",
    "bits": "pwm_bits",
    "multiplexing": "multiplexing",
    "address": "row_address_type",
}
WORDS = {"rgb": "led_rgb_sequence", "mapper": "pixel_mapper_config"}
DEFAULTS = {"rows": "32", "cols": "64", "chain": "2"}

_matrices: dict[str, Any] = {}
_lock = threading.Lock()


def settings(url: str) -> dict[str, str | int]:
    """The library's options as a hub75: URL names them. ValueError says what is wrong with it."""
    scheme, _colon, rest = url.partition(":")
    mapping, _mark, query = rest.partition("?")
    if scheme != SCHEME or not mapping:
        raise ValueError(
            _("“{url}”要写成 hub75:接线方式?rows=32&cols=64&chain=2，如 hub75:adafruit-hat").format(url=url)
        )
    options = DEFAULTS | dict(parse_qsl(query, keep_blank_values=True))
    unknown = sorted(set(options) - set(NUMBERS) - set(WORDS))
    if unknown:
        raise ValueError(
            _("“{url}”不认识选项 {unknown}，只有 {known}").format(
                url=url, unknown=unknown, known=[*NUMBERS, *WORDS]
            )
        )
    bad = sorted(word for word in NUMBERS if not options.get(word, "0").isdecimal())
    if bad:
        raise ValueError(_("“{url}”里的 {bad} 要是数").format(url=url, bad=bad))
    found: dict[str, str | int] = {NUMBERS[k]: int(v) for k, v in options.items() if k in NUMBERS}
    return found | {WORDS[k]: v for k, v in options.items() if k in WORDS} | {"hardware_mapping": mapping}


def load() -> Any:
    """The library as it is installed on a Raspberry Pi."""
    return import_module(LIBRARY)


class Hub75Sign(Closing):
    """`colour` and `size` are what the text is lit and set in. `library` has the API of `rgbmatrix`."""

    def __init__(
        self,
        name: str,
        url: str,
        width: int = 128,
        height: int = 32,
        *,
        colour: str = "red",
        size: int = dots.SMALL,
        library: Callable[[], Any] = load,
    ) -> None:
        self.name = name
        self.url = url
        self.width = width
        self.height = height
        self.colour = colour
        self.size = size
        self.library = library
        self.skipped = 0  # nothing ever comes from a panel
        self.wanted: Callable[[], bool] = always  # nor is anything sent to it again
        self.wire: Any = None
        self.canvas: Any = None
        self.pages: tuple[Image.Image, ...] = ()
        self.page = 0

    def __enter__(self) -> Self:
        try:
            with _lock:
                if self.url not in _matrices:
                    _matrices[self.url] = self._matrix()
                self.wire = _matrices[self.url]
            self.canvas = self.wire.CreateFrameCanvas()
        except ImportError as error:
            raise DeviceLost(
                self.name,
                _("没有安装 {library}（rpi-rgb-led-matrix 的 Python 模块）").format(library=LIBRARY),
            ) from error
        except (RuntimeError, OSError) as error:
            raise DeviceLost(
                self.name, _("LED 屏打不开，本程序要以 root 运行在树莓派上：{why}").format(why=error)
            ) from error
        return self

    def close(self) -> None:
        """Let go of the panels; what is shown stays."""
        self.wire = self.canvas = None

    def show(self, lines: Sequence[str]) -> str:
        picture = dots.render(lines, self.width, self.height, self.size)
        self.pages, self.page = picture.pages, 0
        self._light()
        return picture.lost

    def clear(self) -> None:
        self.show([])

    def ping(self) -> None:
        """Nothing answers; the moment is used to turn the page of a text that is too long for the sign."""
        if len(self.pages) > 1:
            self.page = (self.page + 1) % len(self.pages)
            self._light()

    def _light(self) -> None:
        if self.wire is None:
            raise DeviceLost(self.name, _("显示屏还没有连接"))
        painted = Image.new("RGB", (self.width, self.height))
        painted.paste(RGB.get(self.colour, RGB["red"]), (0, 0), self.pages[self.page])
        self.canvas.SetImage(painted)
        self.canvas = self.wire.SwapOnVSync(self.canvas)

    def _matrix(self) -> Any:
        if self.url.startswith("sim:"):
            from drivers.sim.host import behind

            library: Any = behind(self.url, self.name).sim
            chosen: dict[str, str | int] = {"rows": self.height, "cols": self.width}
        else:
            library, chosen = self.library(), settings(self.url)
        options = library.RGBMatrixOptions()
        for option, value in chosen.items():
            setattr(options, option, value)
        options.drop_privileges = False  # who runs us is systemd's business
        return library.RGBMatrix(options=options)
