"""The colours that a sign may be told to light, by the word that hall.toml uses."""

from __future__ import annotations

RGB = {"red": (255, 0, 0), "green": (0, 255, 0), "amber": (255, 160, 0), "white": (255, 255, 255)}
