"""No picture may contain a real-time command: a printer obeys 10 04, 10 05 and 10 14 even inside a picture.

Epson: "DLE EOT … is executed even if it is part of the data of another command". One dot is flipped to
break each such pair; on paper nobody sees it, in the stream it is the difference between a picture and a
cleared buffer.
"""

from __future__ import annotations

from PIL import Image

RASTER = b"\x1dv0"  # GS v 0 m xL xH yL yH data…
RASTER_HEADER = 8
BAND = 256  # rows in one command: small printers have no room for more
DLE = 0x10
REAL_TIME = b"\x04\x05\x14"  # EOT, ENQ, DC4
ONE_DOT = 0x02  # turns none of 04 05 14 into another of them, or into 10


def has_real_time(data: bytes) -> bool:
    """Whether a printer would find a real-time command in these bytes."""
    return any(bytes((DLE, second)) in data for second in REAL_TIME)


def disarm(dots: bytes) -> bytes:
    """The same dots without any real-time command, one dot different for each that there was."""
    if not has_real_time(dots):
        return dots
    safe = bytearray(dots)
    for at in range(1, len(safe)):
        if safe[at - 1] == DLE and safe[at] in REAL_TIME:
            safe[at] ^= ONE_DOT
    return bytes(safe)


def on_line(picture: Image.Image, width: int, align: str) -> Image.Image:
    """The picture on a line as wide as the paper, at the "left", "center" or "right".

    Printers disagree on whether ESC a moves pictures, so they are always sent in full width.
    """
    if picture.width > width:
        picture = picture.resize((width, max(1, picture.height * width // picture.width)))
    picture = picture.convert("1", dither=Image.Dither.FLOYDSTEINBERG)
    line = Image.new("1", (width, picture.height), 255)
    left = {"left": 0, "center": (width - picture.width) // 2, "right": width - picture.width}[align]
    line.paste(picture, (left, 0))
    return line
