"""Runs one target on many inputs: with atheris, which steers by what the code does, or else by blind mutation.

Both start from the golden vectors of the protocol. The blind one is seeded, so its run can be repeated.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import mmap
import pkgutil
import random
import struct
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

Target = Callable[[bytes], None]
VECTORS = Path(__file__).parents[1] / "vectors"
PREFIX = "fuzz_"
LONGEST = 4096
# Most inputs are short: they are quick, and reach most branches. What a parser makes of a long frame, and of more bytes
# than it may hold, others show, as many as take about as long together: of 512 inputs one goes whole, 31 in part.
SHORT, MIDDLE, OF, MIDDLES = 80, 512, 512, 32
INTERESTING = (
    b"\x00",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xa5",
    b"\x5a",
    b"\xa0\x90",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\x04",
)


def has_atheris() -> bool:
    return importlib.util.find_spec("atheris") is not None


def modules() -> list[str]:
    """The modules of this folder that hold targets."""
    here = Path(__file__).parent
    names = (info.name for info in pkgutil.iter_modules([str(here)]))
    return [name for name in names if f"def {PREFIX}" in (here / f"{name}.py").read_text("utf-8")]


def targets(instrument: bool = False) -> dict[str, Target]:
    """Every target by its name without `fuzz_`; with `instrument`, atheris sees inside our code."""
    if instrument:
        import atheris

        with atheris.instrument_imports(include=["drivers", "kiosk", "caller", "display", "config"]):
            return targets()
    found: dict[str, Target] = {}
    for name in modules():
        module = importlib.import_module(f"tests.fuzz.{name}")
        found |= {n.removeprefix(PREFIX): f for n, f in vars(module).items() if n.startswith(PREFIX)}
    return found


def seeds(name: str) -> list[bytes]:
    """The bytes of the protocol's golden vectors, and what the target's module has for it in SEEDS."""
    path = VECTORS / f"{name}.json"
    found = list(every_hex(json.loads(path.read_text("utf-8")))) if path.is_file() else []
    for module in modules():
        found += getattr(importlib.import_module(f"tests.fuzz.{module}"), "SEEDS", {}).get(name, [])
    return found or [b""]


def lengthened(seeds: list[bytes]) -> list[bytes]:
    """The seeds, and each again and again in one input: mutation alone seldom makes a short one long."""
    found = list(seeds)
    for seed in filter(None, seeds):
        for most in (MIDDLE, LONGEST):
            again = (seed * (most // len(seed) + 1))[: most - 2]
            whole = (again + number.to_bytes(2) for number in range(1 << 16))
            found += islice((each for each in whole if len(shared(each)) == most), 1)
    return found


def shared(data: bytes) -> bytes:
    """The input, or its beginning where it is the turn of a shorter one; the bytes themselves decide, so that it can be
    tried again."""
    turn = crc32(data) % OF
    return data[: SHORT if turn >= MIDDLES else MIDDLE if turn else LONGEST]


def side(data: bytes, sides: int) -> int:
    """Which of its sides a target shows to this input: one for each, so that there are many inputs."""
    return data[-1] % sides if data else 0


def chopped(data: bytes) -> list[bytes]:
    """As reads of a wire would bring it: in parts whose size the data itself decides."""
    size = data[0] % 32 + 1 if data else 1
    return [data[at : at + size] for at in range(0, len(data), size)]


def fed(
    decoder: Any, data: bytes, look: Callable[[Any], object] = id, kept: str = "_body", most: int = 4096
) -> None:
    """Bytes into a decoder as a wire brings them: whatever it finds is looked at, and what it keeps is bounded."""
    for part in chopped(data):
        for found in decoder.feed(part):
            look(found)
        assert len(getattr(decoder, kept)) <= most


def every_hex(value: Any) -> Iterator[bytes]:
    """The bytes of each "hex" in a file of vectors, however deep."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from (
                    [bytes.fromhex(inner)] if key == "hex" and isinstance(inner, str) else every_hex(inner)
                )
        case list():
            for inner in value:
                yield from every_hex(inner)


def mutate(name: str, target: Target, execs: int, seconds: float, seed: int = 1) -> int:
    """Blind mutation; how many inputs were tried. Whatever the target raises comes through."""
    dice = random.Random(f"{name} {seed}")
    pool = seeds(name)
    until = time.monotonic() + seconds
    for done in range(execs):
        if time.monotonic() >= until:
            return done
        data = bytearray(dice.choice(pool))
        if dice.randrange(OF) < MIDDLES:
            data *= dice.randint(1, LONGEST // max(1, len(data)) + 1)
        for _ in range(dice.randint(1, 8)):
            at = dice.randint(0, len(data))
            match dice.randrange(5):
                case 0 if data:
                    data[at % len(data)] ^= 1 << dice.randrange(8)
                case 1:
                    data[at:at] = dice.choice(INTERESTING)
                case 2:
                    data[at : at + dice.randint(1, 9)] = b""
                case 3:
                    data[at:at] = dice.choice(pool)
                case _:
                    data[at:at] = dice.randbytes(dice.randint(1, 16))
        target(bytes(data[:LONGEST]))
    return execs


def steer(name: str, target: Target, execs: int, seconds: int, tally: Tally) -> None:
    """Atheris on an instrumented target; it ends the process: 0, or 77 with the input that broke the target."""
    import atheris

    def one(data: bytes) -> None:
        data = shared(data)
        tally.add(len(data))
        target(data)

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(lengthened(seeds(name))):
            (Path(folder) / f"{number:03}").write_bytes(data)
        options = [f"-runs={execs}", f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-len_control=0"]
        options += ["-timeout=60", "-rss_limit_mb=1024", f"-artifact_prefix={tempfile.gettempdir()}/{name}-"]
        atheris.Setup([sys.argv[0], *options, folder], one)
        atheris.Fuzz()


class Tally:
    """How many inputs were longer than a short one; what the process that tries them counts, its parent reads."""

    def __init__(self) -> None:
        self._long = mmap.mmap(-1, 8)

    def add(self, length: int) -> None:
        if length > SHORT:
            self._long[:] = struct.pack("q", self.long + 1)

    @property
    def long(self) -> int:
        return int(struct.unpack("q", self._long[:])[0])
