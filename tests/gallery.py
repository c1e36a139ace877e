"""`./hall gallery [FOLDER]` draws every page of both example kiosks and every layout of a board anew and leaves
docs/gallery: small pictures and pages that show them. What they show is what tests/kiosk/test_pages.py and
tests/display/test_posters.py measure."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from config.load import load
from tests.display.poses import LAYOUTS, SIZES

ROOT = Path(__file__).parents[1]
GALLERY = ROOT / "docs" / "gallery"
WIDTH = 540  # pixels: as wide as a page of documentation shows two of
COLOURS = 64
COMMON = ((1920, 1080), (1080, 1920))
SHOWN = {
    "plain-zh": "常用", "plain-en": "English", "elder-zh": "长辈版", "contrast-zh": "高对比", "low-zh": "低位",
    "elder-low-zh": "长辈版，低位",
}  # fmt: skip


def draw(folder: Path, kiosks: tuple[int, ...]) -> None:
    """Every page of these kiosks of config/hall.toml, as the tests draw them."""
    for number in kiosks:
        command = [sys.executable, "-m", "tests.kiosk.gallery", str(folder), str(number)]
        subprocess.run(command, cwd=ROOT, env=os.environ | {"SDL_VIDEODRIVER": "offscreen"}, check=True)


def draw_phone(folder: Path) -> None:
    """The page behind a ticket's code, as its tests see it."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", "", "tests/display/test_phone_page.py"]
    subprocess.run(command, cwd=ROOT, env=os.environ | {"HALL_PICTURES": str(folder)}, check=True)


def draw_boards(folder: Path) -> None:
    """Every layout at four sizes; each moment of it at the two that hang in most halls."""
    for layout in LAYOUTS:
        for wide, high in SIZES:
            names = () if (wide, high) in COMMON else ("usual",)
            command = [
                sys.executable,
                "-m",
                "tests.display.gallery",
                str(folder),
                layout,
                f"{wide}x{high}",
                *names,
            ]
            subprocess.run(command, cwd=ROOT, env=os.environ | {"SDL_VIDEODRIVER": "offscreen"}, check=True)


def publish_boards(drawn: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    lines = [
        "# 每一种屏 · every layout of a board",
        "",
        "由 `./hall gallery` 重画。Remade by `./hall gallery`.",
        "",
    ]
    for layout in LAYOUTS:
        lines += [f"## {layout}", ""]
        for wide, high in SIZES:
            for picture in sorted(drawn.glob(f"{layout}-{wide}x{high}-*.png")):
                shrink(picture, out / picture.name)
                shown = 400 if wide > high else 200
                lines.append(
                    f'<img src="{picture.name}" width="{shown}" alt="{picture.stem}" title="{picture.stem}">'
                )
        lines.append("")
    (out / "README.md").write_text("\n".join(lines), "utf-8")


def shrink(source: Path, target: Path) -> None:
    """Of few colours, and each close to its own: the usual way gives a small number its neighbours' colour."""
    with Image.open(source) as picture:
        size = (WIDTH, round(picture.height * WIDTH / picture.width))
        small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
    few = small.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(target, "PNG", optimize=True)


def publish(drawn: Path, out: Path, kiosks: tuple[int, ...]) -> None:
    """The small pictures and their page; pictures of pages that are no more go."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    lines = [
        "# 取号机和手机的每一屏 · every screen of the kiosk and the phone",
        "",
        "由 `./hall gallery` 重画。Remade by `./hall gallery`.",
        "",
    ]
    for number in kiosks:
        for way, title in SHOWN.items():
            pictures = sorted(p for p in drawn.glob(f"{number}-{way}-*.tga"))
            if not pictures:
                continue
            lines += [f"## 取号机 {number} · {title}", ""]
            for picture in pictures:
                small = picture.with_suffix(".png").name
                shrink(picture, out / small)
                page = picture.stem.removeprefix(f"{number}-{way}-")
                lines.append(f'<img src="{small}" width="270" alt="{title}：{page}" title="{page}">')
            lines.append("")
    lines += ["## 手机页 · the page behind a ticket's code", ""]
    for picture in sorted(drawn.glob("phone-*.png")):
        shrink(picture, out / picture.name)
        lines.append(f'<img src="{picture.name}" width="270" alt="手机页" title="{picture.stem}">')
    lines.append("")
    (out / "README.md").write_text("\n".join(lines), "utf-8")


def main() -> int:
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else GALLERY
    kiosks = tuple(kiosk.id for kiosk in load(ROOT / "config" / "hall.toml").kiosk)
    with tempfile.TemporaryDirectory(prefix="hall-gallery-") as folder:
        draw(Path(folder), kiosks)
        draw_phone(Path(folder))
        publish(Path(folder), out, kiosks)
    with tempfile.TemporaryDirectory(prefix="hall-gallery-") as folder:
        draw_boards(Path(folder))
        publish_boards(Path(folder), out / "boards")
    count, size = len(list(out.rglob("*.png"))), sum(p.stat().st_size for p in out.rglob("*.png"))
    print(f"{out}: {count} pictures, {size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
