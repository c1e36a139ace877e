"""`python -m tests.fuzz NAME… [--execs N] [--seconds S]`: try to break a parser; without a NAME, all of them.

Short, as in `./hall test`: two seconds each. Long: 2,000,000 inputs each, which takes a night.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.fuzz import engine


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="*", help="a target; all when left away")
    parser.add_argument("--execs", type=int, default=2_000_000, help="inputs to try")
    parser.add_argument("--seconds", type=int, default=60, help="seconds for each target at most")
    parser.add_argument("--blind", action="store_true", help="without atheris, even where it is installed")
    parser.add_argument("--list", action="store_true", help="names of the targets")
    args = parser.parse_args()
    steered = engine.has_atheris() and not args.blind
    known = engine.targets(instrument=steered and not args.list)
    if args.list:
        print("\n".join(known))
        return 0
    unknown = [name for name in args.name if name not in known]
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(known)}")
    worst = 0
    for name in args.name or known:
        print(f"{name}:", flush=True)
        if steered:
            tally = engine.Tally()
            worst = max(
                worst, apart(partial(engine.steer, name, known[name], args.execs, args.seconds, tally))
            )
            print(f"Of these {tally.long} longer than {engine.SHORT} bytes", flush=True)
        else:
            start = time.monotonic()
            tried = engine.mutate(name, known[name], args.execs, args.seconds)
            print(f"Done {tried} runs in {time.monotonic() - start:.1f} s, blind", flush=True)
    return worst


def apart(steer: Callable[[], None]) -> int:
    """Atheris ends its process, so each target has one of its own; what it imports is instrumented once, here."""
    before = int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    child = os.fork()
    if not child:
        steer()
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    grown = max(0, used.ru_maxrss - before) // 1024
    print(f"Used {used.ru_utime + used.ru_stime:.0f} s of processor, grew by {grown} MB", flush=True)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
