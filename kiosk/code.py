"""A QR code on the glass, dark on white in every theme, with the quiet zone that a phone needs.

Import after `drivers.screen.prepare`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno
from kivy.graphics.texture import Texture
from kivy.properties import StringProperty
from kivy.uix.image import Image

QUIET = 4  # modules, ISO/IEC 18004


class Code(Image):
    """`data` as a square; nothing where there is none."""

    data = StringProperty("")

    def on_data(self, *_: Any) -> None:
        self.texture = texture(self.data) if self.data else None


@lru_cache(maxsize=8)
def texture(data: str) -> Texture:
    """One pixel a module; the glass makes them larger without blurring them."""
    code = segno.make(data, error="m", micro=False)
    rows = [bytes(0 if dark else 255 for dark in row) for row in code.matrix_iter(border=QUIET)]
    made = Texture.create(size=(len(rows[0]), len(rows)), colorfmt="luminance")
    made.mag_filter = made.min_filter = "nearest"
    made.blit_buffer(b"".join(reversed(rows)), colorfmt="luminance", bufferfmt="ubyte")
    return made
