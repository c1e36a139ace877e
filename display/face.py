"""The glass of a board: ink becomes textures on one canvas. Nothing is kept that is not on the glass.

Where the processor draws, a frame's time is what it has to paint. So a fill is cleared and not blended, words lie on
whole pixels and are not smoothed once more, and a corner has no more sides than one can see.
Import it after `drivers.screen.prepare`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from kivy.core.text import Label as Typesetter
from kivy.core.text import LabelBase
from kivy.graphics import (
    ClearBuffers,
    ClearColor,
    Color,
    Ellipse,
    InstructionGroup,
    Rectangle,
    ScissorPop,
    ScissorPush,
)
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from config import fonts
from config.letters import Box
from display.frames import Frame, Stills
from display.ink import WHITE, Colour, Fill, Ink, Picture, Words, rise

FONT = "hall"
SIDES = 16  # of the disc under a round corner, at least; one more for every pixel: a quarter of a pixel off
EDGE = 2  # pixels that two ways of setting a face may differ
BELOW = 0.436  # em from the middle of a line of Noto Sans SC down to what its letters stand on


class Face(Widget):
    """Draws what it is told; `told` is what it has drawn, where each piece really is, for whoever measures."""

    def __init__(self, stills: Stills, **more: Any) -> None:
        super().__init__(**more)
        LabelBase.register(FONT, str(fonts.regular()), fn_bold=str(fonts.bold()))
        self.stills = stills
        self._set: dict[tuple[str, int, bool], Any] = {}  # textures of words
        self._drawn: dict[tuple[Ink, float], InstructionGroup] = {}  # with the height of the glass
        self.told: list[tuple[Words, Box]] = []
        self._ground, self._front = InstructionGroup(), InstructionGroup()
        self.canvas.add(self._ground)
        self.canvas.add(self._front)
        self._film: Any = None

    def draw(self, ink: Sequence[Ink]) -> None:
        """All of it, in this order. A piece that is there already is not made again, nor what words look like."""
        before, self._drawn = self._drawn, {}
        old, self._set = self._set, {}
        self.told = []
        self._ground.clear()
        for piece in ink:
            key = piece, self.height
            group = self._drawn.get(key) or before.pop(key, None) or InstructionGroup()
            match piece:
                case Words() if piece.text:
                    self._words(piece, old, group)
                case Fill() if not group.children:
                    self._fill(piece, group)
                case Picture() if not group.children:
                    self._picture(piece, group)
            if key not in self._drawn:
                self._drawn[key] = group
                self._ground.add(group)
        for gone in before.values():
            gone.clear()  # what is in it knows it, and its textures would stay until the next round of garbage
        self.canvas.ask_update()

    def _fill(self, fill: Fill, group: InstructionGroup) -> None:
        """What is round is three bands that are cleared over four discs that are painted."""
        tint = [part / 255 for part in fill.colour]
        left, low = map(round, self._corner(fill.box))
        right, high = round(fill.box.x + fill.box.width), round(self.height - fill.box.y)
        radius = round(fill.radius)
        bands = [(0, low + radius, max(low + radius + 1, high - radius))]
        if radius:
            bands += [(radius, low, low + radius), (radius, high - radius, high)]
            disc = (2 * radius, 2 * radius)
            group.add(Color(*tint))
            for place in itertools.product((left, right - disc[0]), (low, high - disc[1])):
                group.add(Ellipse(pos=place, size=disc, segments=max(SIDES, radius)))
        for inward, bottom, top in bands:
            wide = right - left - 2 * inward
            group.add(ScissorPush(x=left + inward, y=bottom, width=wide, height=top - bottom))
            group.add(ClearColor(*tint, 1))
            group.add(ClearBuffers(clear_color=True))
            group.add(ScissorPop())

    def _paint(self, group: InstructionGroup, box: Box, texture: Any, colour: Colour = WHITE) -> None:
        group.add(Color(*(part / 255 for part in colour)))
        group.add(Rectangle(texture=texture, pos=self._corner(box), size=(box.width, box.height)))

    @property
    def covered(self) -> bool:
        return self._film is not None

    def cover(self, where: Box, frame: Frame | None) -> None:
        """A picture or a frame of a film over everything; None takes it away."""
        if frame is None:
            if self._film is not None:
                self._film = None
                self._front.clear()
                self.canvas.ask_update()
            return
        same = self._film is not None and self._film.size == (frame.width, frame.height)
        if not same or self._film.colorfmt != frame.colours:
            self._film = _texture(frame)
            self._front.clear()
            scale = min(where.width / frame.width, where.height / frame.height)
            wide, high = frame.width * scale, frame.height * scale
            middle = Box(where.x + (where.width - wide) / 2, where.y + (where.height - high) / 2, wide, high)
            self._front.add(Color(1, 1, 1, 1))
            self._front.add(Rectangle(texture=self._film, pos=self._corner(middle), size=(wide, high)))
        else:
            self._film.blit_buffer(frame.pixels, colorfmt=frame.colours, bufferfmt="ubyte")
        self.canvas.ask_update()

    def _corner(self, box: Box) -> tuple[float, float]:
        return box.x, self.height - box.y - box.height

    def _words(self, words: Words, old: dict[tuple[str, int, bool], Any], group: InstructionGroup) -> None:
        key = words.text, int(words.size), words.bold
        texture = self._set.get(key) or old.get(key)
        if texture is None:
            label = Typesetter(text=words.text, font_size=key[1], font_name=FONT, bold=words.bold)
            label.refresh()
            texture = label.texture
            texture.min_filter = texture.mag_filter = "nearest"
        self._set[key] = texture
        width, height = texture.size
        x = round(words.x - words.align * width)
        top = round(words.base - BELOW * key[1] - height / 2)
        if not group.children:
            first, last = inked(words, height)
            letters = texture.get_region(0, height - last, width, last - first)
            self._paint(group, Box(x, top + first, width, last - first), letters, words.colour)
        self.told.append((words, Box(x, top, width, height)))

    def _picture(self, picture: Picture, group: InstructionGroup) -> None:
        box = picture.box
        frame = self.stills.get(picture.file, int(box.width), int(box.height))
        if frame is None:
            return  # it is drawn when it has arrived
        wide, high = frame.width, frame.height
        middle = Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)
        self._paint(group, middle, _texture(frame))


def inked(words: Words, height: int) -> tuple[int, int]:
    """The rows of the picture of a line, from its top, that its letters may reach: nothing else of it is painted."""
    size = int(words.size)
    above, below = rise(words.text, words.bold)
    base = height / 2 + BELOW * size
    return max(0, int(base - above * size) - EDGE), min(height, int(base + below * size) + EDGE)


def _texture(frame: Frame) -> Any:
    texture = Texture.create((frame.width, frame.height), colorfmt=frame.colours)
    texture.flip_vertical()
    texture.blit_buffer(frame.pixels, colorfmt=frame.colours, bufferfmt="ubyte")
    return texture
