"""`python -m tests.pictures [OUT]`: the README's pictures, made small from what the last demo run left in OUT."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
WIDTHS = {  # pixels on the page
    "kiosk": 480,
    "kiosk-service": 480,
    "kiosk-done": 480,
    "kiosk-held": 480,
    "kiosk-landscape": 800,
    "board": 1200,
    "pad": 420,
    "sign": 800,
    "ticket": 420,
    "ticket-gbk": 420,
}


def main() -> int:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "out")
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, width in WIDTHS.items():
        with Image.open(out / f"{name}.png") as shot:
            picture = shot.convert("RGB")
        height = round(picture.height * width / picture.width)
        small = picture.resize((width, height), Image.Resampling.LANCZOS).quantize(96)
        small.save(PICTURES / f"{name}.png", optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
