"""`./hall demo`: a whole hall on simulated hardware, as real processes over a real broker.

With a desktop it opens a kiosk, the board and a clerk's keypad to play with. `--headless` plays
`tests/days/demo.txt`, leaves its pictures, sound and record in DIR, and exits 0 only if every link answered.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
import wave
from pathlib import Path

from config.entry import EX_UNAVAILABLE
from tests import day
from tests.play import Player
from tests.wholehall import ROOT, WholeHall

SCRIPT = ROOT / "tests" / "days" / "demo.txt"
PAUSE = 1.0  # seconds of silence between two announcements in call.wav
KEPT = {  # what is left in DIR, and which device or process made it
    "kiosk.png": "kiosk-1-home.png",
    "kiosk-service.png": "kiosk-1-service.png",
    "kiosk-done.png": "kiosk-1-done.png",
    "kiosk-held.png": "kiosk-1-held.png",
    "kiosk-landscape.png": "kiosk-2-home.png",
    "board.png": "board-main.png",
    "pad.png": "pad-11.png",
    "sign.png": "sign-3.png",
    "ticket.png": "printer-1-0001.png",
    "ticket-gbk.png": "printer-2-0001.png",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./hall demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("out"), metavar="DIR", help="(out/)")
    parser.add_argument("--headless", action="store_true", help="play a day without a desktop")
    options = parser.parse_args()
    out: Path = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out / "hall", ignore_errors=True)
    if options.headless:
        return play(out)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("这里没有桌面：./hall demo --headless 会自己演一上午，图片和声音放在 out/", file=sys.stderr)
        print("No desktop here: ./hall demo --headless plays a morning by itself.", file=sys.stderr)
        return EX_UNAVAILABLE
    return open_hall(out)


def play(out: Path) -> int:
    """The scripted morning; 0 if it went as written."""
    began = time.monotonic()
    with (
        WholeHall(out / "hall", kiosks=(1, 2), pads=(11,)) as hall,
        (out / "day.txt").open("w", encoding="utf-8") as record,
    ):

        def tell(line: str) -> None:
            print(line, flush=True)
            print(line, file=record, flush=True)

        hall.ready()
        missing = Player(hall, tell).play(day.load(SCRIPT))
        for line in missing:
            tell(f"MISSING  {line}")
    missing += [f"no {name}" for name in keep(out)]
    voices = sorted((out / "hall").glob("voice-*/*.wav"), key=lambda file: file.stat().st_mtime_ns)
    join(voices, out / "call.wav")
    seconds = time.monotonic() - began
    print(f"{len(missing)} missing; {len(voices)} announcements; {seconds:.0f} s; {out}")
    return 1 if missing else 0


def keep(out: Path) -> list[str]:
    """Copy what a visitor of DIR looks for; returns what is not there."""
    lacking = []
    for name, made in KEPT.items():
        if (out / "hall" / made).exists():
            shutil.copyfile(out / "hall" / made, out / name)
        else:
            lacking.append(name)
    return lacking


def join(voices: list[Path], into: Path) -> None:
    """Everything that was spoken, in order, as one sound file."""
    with wave.open(str(into), "wb") as whole:
        for number, voice in enumerate(voices):
            with wave.open(str(voice), "rb") as part:
                if not number:
                    whole.setparams(part.getparams())
                whole.writeframes(part.readframes(part.getnframes()))
                whole.writeframes(bytes(2 * int(PAUSE * part.getframerate())))


def open_hall(out: Path) -> int:
    """Kiosk, board and a clerk's keypad in windows, until Ctrl-C or until the kiosk is closed."""
    with WholeHall(out / "hall", kiosks=(2,), pads=(3,), headless=False) as hall:
        hall.ready()
        print(f"取号：在取号机窗口点；叫号：在 3 号窗口的键盘上按。号票、屏幕图和声音在 {out / 'hall'}")
        print("Take a ticket in the kiosk's window, call it on the keypad of window 3. Ctrl-C ends the hall.")
        try:
            hall.processes["kiosk-2"].wait()
        except KeyboardInterrupt:
            print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
