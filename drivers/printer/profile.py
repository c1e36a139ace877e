"""A profile is what one model of printer can do, as data; nothing else in this package knows models.

The printers that Chinese kiosks are built with (Xprinter, Gprinter 佳博, SPRT 思普瑞特, HPRT 汉印, Masung 美松,
Zijiang 资江) are 203 dpi ESC/POS machines and differ in these flags only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Profile:
    """What a model can do.

    `width_dots` is the printable width, `columns` how many 12-dot characters fit in it. `gbk`: it has the
    Chinese font ROM behind FS &; without it every line is sent as a picture. `native_qr`: GS ( k.
    `dle_eot`, `asb`, `gs_r`, `gs_lpar_h`: which questions about its state and its work it answers.
    """

    width_dots: int = 576
    columns: int = 48
    gbk: bool = True
    cut: bool = True
    native_qr: bool = True
    dle_eot: bool = True
    asb: bool = True
    gs_r: bool = True
    gs_lpar_h: bool = False


WIDE = Profile()
NARROW = Profile(width_dots=384, columns=32, cut=False, native_qr=False)

OWN = {
    "80mm": WIDE,
    "58mm": NARROW,
    "58mm-cutter": replace(NARROW, cut=True),
    # The font ROM is missing, Japanese, or cannot be trusted: pictures are right on every printer.
    "80mm-raster": replace(WIDE, gbk=False, native_qr=False),
    "58mm-raster": replace(NARROW, gbk=False),
    # Epson TM-T20II and later, TM-T82II, TM-T88V and later, TM-m30: says when each ticket is printed.
    "80mm-epson": replace(WIDE, gs_lpar_h=True),
    # Only takes bytes: nothing it does can be confirmed.
    "80mm-mute": replace(WIDE, dle_eot=False, asb=False, gs_r=False),
}


# Models that python-escpos knows by name say nothing of Chinese, so they get pictures; what they answer is
# known for Epson alone, and nothing that Star's emulations answer can be trusted (python-escpos #434).
MUTE = ("Star Micronics",)
ASB = ("Epson",)
NAMES_JOBS = ("TM-T20II", "TM-T88V")


def borrowed() -> dict[str, Profile]:
    """The models of python-escpos that can print pictures and whose width is known, names in small letters."""
    spec = find_spec("escpos")
    if spec is None or not spec.submodule_search_locations:
        return {}
    file = Path(spec.submodule_search_locations[0]) / "capabilities.json"
    models = json.loads(file.read_text("utf-8"))["profiles"]
    found = {}
    for name, model in models.items():
        width = model["media"]["width"].get("pixels")
        if not isinstance(width, int) or not model["features"].get("bitImageRaster"):
            continue
        answers = model["vendor"] not in MUTE
        found[name.lower()] = Profile(
            width_dots=width // 8 * 8,
            columns=width // 12,
            gbk=False,
            cut=bool(model["features"].get("paperPartCut")),
            native_qr=False,
            dle_eot=answers,
            asb=model["vendor"] in ASB,
            gs_r=answers,
            gs_lpar_h=name in NAMES_JOBS,
        )
    return found


PROFILES = borrowed() | OWN
