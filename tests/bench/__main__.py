"""`python -m tests.bench [NAME …]`: speed, always next to the floor measured in the same run on the same disk.

A number without its floor says more about the machine than about us. `--json` gives one line per result.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

import msgspec

from tests.bench import board, calls, door, kiosk, queue, wires
from tests.bench.result import Result, table

BENCHES: dict[str, Callable[[int, str | None], Iterator[Result]]] = {
    "queue": queue.run,
    "wires": wires.run,
    "calls": calls.run,
    "board": board.run,
    "kiosk": kiosk.run,
    "door": door.run,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHES))
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--count", type=int, default=500, help="visitors in each measurement")
    parser.add_argument("--folder", help="where the journals are written; a temporary one if not given")
    options = parser.parse_args(arguments)
    if strange := set(options.names) - BENCHES.keys():
        parser.error(f"no benchmark {', '.join(sorted(strange))}")
    results: list[Result] = []
    for name in options.names or BENCHES:
        for result in BENCHES[name](options.count, options.folder):
            results.append(result)
            if options.json:
                print(msgspec.json.encode(result).decode(), flush=True)
    if not options.json:
        print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
