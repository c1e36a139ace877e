"""Pictures and films as frames of a known size, made beside the screen's own loop, so that a call never waits for them.

A picture is read and made small in a thread. A film is decoded by Debian's ffmpeg in a process of its own: a broken
file costs that process and not the board, Debian keeps its codecs safe, and it is ended with one signal. Each frame
comes as a picture that says how large it is, no larger than it is shown, in the bytes of the glass. At no moment are
there more than two frames of a film in memory; one that is late is dropped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import IO, NamedTuple, Protocol

from PIL import Image

PER_SECOND = 25.0
WIDEST = 1280  # pixels of a frame of a film; the screen enlarges it
MOST = 80_000_000  # pixels of a picture: more is a mistake, or meant to hurt
KEPT = 8  # pictures that are ready
DECODER = "ffmpeg"
PIPE = 256 * 1024  # bytes between decoder and board, so that they wake each other rarely
HEADER = re.compile(
    rb"P7\nWIDTH (\d{1,5})\nHEIGHT (\d{1,5})\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
)
LINES = 7  # of the header


class Frame(NamedTuple):
    """Bytes of RGB, or of RGBA where they come from a film, top row first."""

    width: int
    height: int
    pixels: bytes

    @property
    def colours(self) -> str:
        return "rgba" if len(self.pixels) == 4 * self.width * self.height else "rgb"


class Sound(Protocol):
    """What a film's sound goes to."""

    def start(self, file: str) -> None: ...

    def stop(self) -> None: ...


def playable() -> bool:
    """Whether this machine can play films."""
    return shutil.which(DECODER) is not None


class Stills:
    """Pictures by file and size; `get` never waits. What cannot be read is in `faults`."""

    def __init__(self) -> None:
        self.faults: dict[str, str] = {}
        self.arrived = 0  # grows with each picture that is ready
        self._ready: OrderedDict[tuple[str, int, int], Frame] = OrderedDict()
        self._asked: set[tuple[str, int, int]] = set()
        self._lock = threading.Lock()

    def get(self, file: str, width: float, height: float) -> Frame | None:
        key = file, int(width), int(height)
        with self._lock:
            if key in self._ready:
                self._ready.move_to_end(key)
                return self._ready[key]
            if key in self._asked or file in self.faults:
                return None
            self._asked.add(key)
        threading.Thread(target=self._read, args=key, daemon=True, name="still").start()
        return None

    def _read(self, file: str, width: int, height: int) -> None:
        frame, fault = None, ""
        try:
            frame = read_picture(file, width, height)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            fault = str(error)  # Pillow raises SyntaxError for some broken files
        with self._lock:
            self._asked.discard((file, width, height))
            if frame is None:
                self.faults[file] = fault
            else:
                self._ready[file, width, height] = frame
                while len(self._ready) > KEPT:
                    self._ready.popitem(last=False)
            self.arrived += 1


def read_picture(file: str, width: int, height: int) -> Frame:
    """The picture, whole, no larger than this; raises OSError or ValueError."""
    with Image.open(file) as picture:
        if picture.width * picture.height > MOST:
            raise ValueError(f"{file}: {picture.width}x{picture.height}")
        picture.draft("RGB", (width, height))
        picture.thumbnail((width, height), Image.Resampling.LANCZOS)
        flat = picture.convert("RGB")
    return Frame(flat.width, flat.height, flat.tobytes())


class Film:
    """One film, from the first frame to the last. `take` gives a frame once, None when none is due; `wake` is called
    when one is."""

    def __init__(
        self,
        file: str,
        width: float,
        height: float,
        sound: Sound | None = None,
        per_second: float = PER_SECOND,
        wake: Callable[[], object] = lambda: None,
    ) -> None:
        scale = min(1.0, WIDEST / width)
        self.file = file
        self.per_second = per_second
        self._wake = wake
        self.width, self.height = int(width * scale), int(height * scale)  # at most
        self.shown = self.dropped = 0
        self.over = False
        self.fault = ""
        self._sound = sound
        self._fresh: Frame | None = None
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        size = f"'min({self.width},iw)':'min({self.height},ih)'"  # the glass enlarges
        look = f"fps={self.per_second},scale={size}:force_original_aspect_ratio=decrease,setsar=1"
        line = ["nice", "-n", "10", DECODER, "-nostdin", "-v", "error", "-threads", "1", "-i", self.file]
        line += ["-an", "-sn", "-vf", look, "-pix_fmt", "rgba", "-c:v", "pam"]
        line += ["-f", "image2pipe", "pipe:1"]
        try:
            self._process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pipesize=PIPE,
            )
        except OSError as error:
            self.fault, self.over = str(error), True
            return
        if self._sound is not None:
            self._sound.start(self.file)
        threading.Thread(target=self._read, args=(self._process,), daemon=True, name="film").start()

    def take(self) -> Frame | None:
        frame, self._fresh = self._fresh, None
        return frame

    def stop(self) -> None:
        """At once; the decoder is gone soon after."""
        self._stopped = True
        if self._sound is not None:
            self._sound.stop()
        if self._process is not None:
            self._process.kill()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None and process.stderr is not None
        began = 0.0
        with process.stdout as out, process.stderr as err:
            while (frame := _next(out)) is not None:
                began = began or time.monotonic()
                ahead = began + (self.shown + self.dropped) / self.per_second - time.monotonic()
                if ahead < -1 / self.per_second:
                    self.dropped += 1
                    continue
                if ahead > 0:
                    time.sleep(ahead)
                self.shown += 1
                self._fresh = frame
                self._wake()
            if not self._stopped:
                said = err.read(2000).decode(errors="replace").strip()
                self.fault = "" if self.shown else said.splitlines()[-1] if said else "no picture in it"
        process.wait()
        self.over = True
        self._wake()


def _next(out: IO[bytes]) -> Frame | None:
    """The next frame of a film; None after the last."""
    said = HEADER.fullmatch(b"".join(out.readline(32) for _ in range(LINES)))
    if said is None:
        return None
    width, height = int(said[1]), int(said[2])
    pixels = out.read(4 * width * height)
    return Frame(width, height, pixels) if len(pixels) == 4 * width * height else None
