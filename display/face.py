"""The glass of a board: ink becomes textures on one canvas. Nothing is kept that is not on the glass.

Import it after `drivers.screen.prepare`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.core.text import Label as Typesetter
from kivy.core.text import LabelBase
from kivy.graphics import Color, InstructionGroup, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from config import fonts
from config.letters import Box
from display.frames import Frame, Stills
from display.ink import WHITE, Fill, Ink, Picture, Words

FONT = "hall"
BELOW = 0.436  # em from the middle of a line of Noto Sans SC down to what its letters stand on


class Face(Widget):
    """Draws what it is told; `told` is what it has drawn, where each piece really is, for whoever measures."""

    def __init__(self, stills: Stills, **more: Any) -> None:
        super().__init__(**more)
        LabelBase.register(FONT, str(fonts.regular()), fn_bold=str(fonts.bold()))
        self.stills = stills
        self._ink: Sequence[Ink] = ()
        self._set: dict[tuple[str, int, bool], Any] = {}  # textures of words
        self._photos: dict[tuple[str, int, int], Any] = {}
        self.told: list[tuple[Words, Box]] = []
        self._ground, self._front = InstructionGroup(), InstructionGroup()
        self._shapes: list[tuple[Any, Any]] = []  # a colour and what is drawn in it, in the order of the ink
        self._used = 0
        self.canvas.add(self._ground)
        self.canvas.add(self._front)
        self._film: Any = None

    def draw(self, ink: Sequence[Ink]) -> None:
        """Everything anew; what has not changed keeps its texture."""
        self._ink, self.told = ink, []
        old, self._set = self._set, {}
        photos, self._photos = self._photos, {}
        self._used = 0
        for piece in ink:
            match piece:
                case Words() if piece.text:
                    self._words(piece, old)
                case Fill(box, colour, radius):
                    self._shape(box, colour, radius=radius)
                case Picture(box, file):
                    self._picture(box, file, photos)
        self._forget(self._used)
        self.canvas.ask_update()

    def _shape(self, box: Box, colour: tuple[int, int, int], texture: Any = None, radius: float = 0) -> None:
        """The next thing on the canvas. What is there already is moved and tinted."""
        kind = RoundedRectangle if radius else Rectangle
        if self._used < len(self._shapes) and not isinstance(self._shapes[self._used][1], kind):
            self._forget(self._used)
        if self._used == len(self._shapes):
            made = Color(), kind()
            for instruction in made:
                self._ground.add(instruction)
            self._shapes.append(made)
        tint, shape = self._shapes[self._used]
        tint.rgb = [part / 255 for part in colour]
        shape.texture, shape.pos, shape.size = texture, self._corner(box), (box.width, box.height)
        if radius:
            shape.radius = [radius]
        self._used += 1

    def _forget(self, kept: int) -> None:
        for pair in self._shapes[kept:]:
            for instruction in pair:
                self._ground.remove(instruction)
        del self._shapes[kept:]

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
        if self._film is None or self._film.size != (frame.width, frame.height):
            self._film = _texture(frame)
            self._front.clear()
            scale = min(where.width / frame.width, where.height / frame.height)
            wide, high = frame.width * scale, frame.height * scale
            middle = Box(where.x + (where.width - wide) / 2, where.y + (where.height - high) / 2, wide, high)
            self._front.add(Color(1, 1, 1, 1))
            self._front.add(Rectangle(texture=self._film, pos=self._corner(middle), size=(wide, high)))
        else:
            self._film.blit_buffer(frame.pixels, colorfmt="rgb", bufferfmt="ubyte")
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
        self._shape(where, words.colour, texture)
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
        self._shape(middle, WHITE, texture)


def _texture(frame: Frame) -> Any:
    texture = Texture.create((frame.width, frame.height), colorfmt="rgb")
    texture.flip_vertical()
    texture.blit_buffer(frame.pixels, colorfmt="rgb", bufferfmt="ubyte")
    return texture
