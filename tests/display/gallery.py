"""`python -m tests.display.gallery OUT LAYOUT WIDTHxHEIGHT [POSE…]`: each pose of one layout as a PNG, and a JSON of
where every piece of it really is."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from config.load import load
from display.boardview import view
from display.deskview import desk
from display.ink import Words
from drivers import screen
from tests.display import easel
from tests.display.poses import poses
from tests.display.scenes import NINE

if TYPE_CHECKING:
    from display.face import Face

HALL = Path(__file__).parents[2] / "config" / "hall.toml"


def whole(face: Face, words: Words) -> bool:
    """Whether all of its letters are painted, though not all of its line is."""
    from display.face import inked

    texture = face._set[words.text, int(words.size), words.bold]
    picture = Image.frombytes("RGBA", texture.size, texture.pixels)
    _left, top, _right, low = picture.getchannel("A").getbbox() or (0, 0, 0, 0)
    first, last = inked(words, texture.height)
    return first <= top and low <= last


def main(out: Path, layout: str, size: tuple[int, int], names: tuple[str, ...] = ()) -> None:
    face = easel.face("gallery", size)
    from kivy.base import EventLoop

    from display.poster import Poster

    for pose in poses(load(HALL), layout, size):
        if names and pose.name not in names:
            continue
        told = view(pose.hall, pose.board, pose.state, NINE, pose.there)
        about = replace(desk(pose.hall, pose.board, pose.state, pose.there), asked=pose.asked)
        poster = Poster(pose.hall, pose.board)
        face.draw(poster.alarm(pose.alarm) if pose.alarm else poster.ink(told, about, pose.slide))
        for _ in range(3):
            EventLoop.idle()
        name = f"{layout}-{size[0]}x{size[1]}-{pose.name}"
        screen._take(out / f"{name}.png")
        drawn = [
            {"text": w.text, "size": w.size, "base": w.base, "rect": list(box), "whole": whole(face, w)}
            for w, box in face.told
        ]
        (out / f"{name}.json").write_text(json.dumps(drawn, ensure_ascii=False))


if __name__ == "__main__":
    wide, _, high = sys.argv[3].partition("x")
    main(Path(sys.argv[1]), sys.argv[2], (int(wide), int(high)), tuple(sys.argv[4:]))
