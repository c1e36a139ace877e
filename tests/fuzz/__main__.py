"""`python -m tests.fuzz NAME… [--execs N] [--seconds S]`: try to break a parser; without a NAME, all of them.

Short, as in `./hall test`: a few seconds each. Long: 2,000,000 inputs each (`--execs 2000000 --seconds 3600`).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

from tests.fuzz import engine


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="*", help="a target; all when left away")
    parser.add_argument("--execs", type=int, default=2_000_000, help="inputs to try")
    parser.add_argument("--seconds", type=int, default=60, help="seconds for each target at most")
    parser.add_argument(
        "--longest", type=int, default=engine.LONGEST, help="bytes of an input (atheris only)"
    )
    parser.add_argument("--blind", action="store_true", help="without atheris, even where it is installed")
    parser.add_argument("--list", action="store_true", help="names of the targets")
    args = parser.parse_args()
    steered = engine.has_atheris() and not args.blind
    if not (steered and len(args.name) == 1) or args.list:
        known = engine.targets()
        if args.list:
            print("\n".join(known))
            return 0
        unknown = [name for name in args.name if name not in known]
        if unknown:
            parser.error(f"no target {', '.join(unknown)}; there are {', '.join(known)}")
    if len(args.name) == 1:
        return one(args.name[0], args.execs, args.seconds, args.longest, steered)
    worst = 0
    for name in args.name or known:
        # Atheris ends its process, so each target has one of its own.
        again = [
            sys.executable,
            "-m",
            "tests.fuzz",
            name,
            f"--execs={args.execs}",
            f"--seconds={args.seconds}",
        ]
        worst = max(worst, subprocess.call(again + ["--blind"] * args.blind))
    return worst


def one(name: str, execs: int, seconds: int, longest: int, steered: bool) -> int:
    if steered:
        engine.steer(name, execs, seconds, longest)
        return 0
    start = time.monotonic()
    tried = engine.mutate(name, engine.targets()[name], execs, seconds)
    print(f"{name}: {tried} inputs in {time.monotonic() - start:.1f} s, nothing broke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
