"""The glass of a board: ink becomes textures on one canvas. Nothing is kept that is not on the glass.

A fill is cleared, not painted: where the processor draws, most of a frame's time went into blending plain colour.
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
from display.ink import WHITE, Colour, Fill, Ink, Picture, Words

FONT = "hall"
BELOW = 0.436  # em from the middle of a line of Noto Sans SC down to what its letters stand on


class Face(Widget):
    """Draws what it is told; `told` is what it has drawn, where each piece really is, for whoever measures."""

    def __init__(self, stills: Stills, **more: Any) -> None:
        super().__init__(**more)
        LabelBase.register(FONT, str(fonts.regular()), fn_bold=str(fonts.bold()))
        self.stills = stills
        self._set: dict[tuple[str, int, bool], Any] = {}  # textures of words
        self._photos: dict[tuple[str, int, int], Any] = {}
        self.told: list[tuple[Words, Box]] = []
        self._ground, self._front = InstructionGroup(), InstructionGroup()
        self.canvas.add(self._ground)
        self.canvas.add(self._front)
        self._film: Any = None

    def draw(self, ink: Sequence[Ink]) -> None:
        """Everything anew; what has not changed keeps its texture."""
        self.told = []
        old, self._set = self._set, {}
        photos, self._photos = self._photos, {}
        self._ground.clear()
        for piece in ink:
            match piece:
                case Words() if piece.text:
                    self._words(piece, old)
                case Fill():
                    self._fill(piece)
                case Picture(box, file):
                    self._picture(box, file, photos)
        self.canvas.ask_update()

    def _fill(self, fill: Fill) -> None:
        """What is round is a cross that is cleared over four discs that are painted."""
        tint = [part / 255 for part in fill.colour]
        left, low = map(round, self._corner(fill.box))
        right, high = round(fill.box.x + fill.box.width), round(self.height - fill.box.y)
        radius = round(fill.radius)
        if radius:
            disc = (2 * radius, 2 * radius)
            self._ground.add(Color(*tint))
            for place in itertools.product((left, right - disc[0]), (low, high - disc[1])):
                self._ground.add(Ellipse(pos=place, size=disc))
        for across, up in {(0, radius), (radius, 0)}:
            wide, tall = right - left - 2 * across, high - low - 2 * up
            self._ground.add(ScissorPush(x=left + across, y=low + up, width=wide, height=max(1, tall)))
            self._ground.add(ClearColor(*tint, 1))
            self._ground.add(ClearBuffers(clear_color=True))
            self._ground.add(ScissorPop())

    def _paint(self, box: Box, texture: Any, colour: Colour = WHITE) -> None:
        self._ground.add(Color(*(part / 255 for part in colour)))
        self._ground.add(Rectangle(texture=texture, pos=self._corner(box), size=(box.width, box.height)))

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

    def _words(self, words: Words, old: dict[tuple[str, int, bool], Any]) -> None:
        key = words.text, int(words.size), words.bold
        texture = self._set.get(key) or old.get(key)
        if texture is None:
            label = Typesetter(text=words.text, font_size=key[1], font_name=FONT, bold=words.bold)
            label.refresh()
            texture = label.texture
        self._set[key] = texture
        width, height = texture.size
        x = round(words.x - words.align * width)
        top = round(words.base - BELOW * key[1] - height / 2)
        where = Box(x, top, width, height)
        self._paint(where, texture, words.colour)
        self.told.append((words, where))

    def _picture(self, box: Box, file: str, old: dict[tuple[str, int, int], Any]) -> None:
        key = file, int(box.width), int(box.height)
        texture = old.get(key)
        if texture is None:
            frame = self.stills.get(*key)
            if frame is None:
                return  # it is drawn when it has arrived
            texture = _texture(frame)
        self._photos[key] = texture
        wide, high = texture.size
        middle = Box(box.x + (box.width - wide) / 2, box.y + (box.height - high) / 2, wide, high)
        self._paint(middle, texture)


def _texture(frame: Frame) -> Any:
    texture = Texture.create((frame.width, frame.height), colorfmt=frame.colours)
    texture.flip_vertical()
    texture.blit_buffer(frame.pixels, colorfmt=frame.colours, bufferfmt="ubyte")
    return texture
