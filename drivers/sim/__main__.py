"""`python -m drivers.sim SPEC [SPEC…]`: one process, many devices, JSON lines in and out.

    python -m drivers.sim printer --port 9100
    python -m drivers.sim printer:name=printer-1,wire=tcp,port=0 pad:name=pad-3 --out out

Out: one {"device", "url", "env"} per device, {"ready": true}, then {"device", "event", …} as things happen.
In: {"device", "do", "args", "id"}; answered by {"device", "id", "done", "result"} or {…, "error"}.
The end of stdin or SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from drivers import entry
from drivers.sim import KINDS, WIRES, host, make

_line_lock = threading.Lock()


def say(line: dict[str, Any]) -> None:
    """One JSON line; the simulators' thread and the control line both speak."""
    with _line_lock:
        print(json.dumps(line, ensure_ascii=False, default=str), flush=True)


def on_event(name: str, event: dict[str, Any]) -> None:
    # With nobody reading, the devices live on until stdin ends too.
    with contextlib.suppress(BrokenPipeError):
        say({"device": name, **event})


def serve(spec: str, number: int, args: argparse.Namespace) -> host.Served:
    """Make and serve the device of one SPEC; ValueError says what is wrong with it."""
    kind, _, rest = spec.partition(":")
    options = {}
    for part in filter(None, rest.split(",")):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"{spec}: {part!r} should be NAME=VALUE")
        options[name] = value
    name = options.pop("name", args.name or f"{kind}-{number}")
    wire = options.pop("wire", args.wire or WIRES.get(kind, "tcp"))
    port = options.pop("port", str(args.port))
    sim = make(kind, name, args.out, options)
    if hasattr(sim, "url"):
        return host.serve_own(sim, on_event)
    match wire:
        case "tcp" if port.isdigit() and int(port) < 65536:
            return host.serve_tcp(sim, int(port), on_event)
        case "pty":
            return host.serve_pty(sim, on_event)
        case _:
            raise ValueError(f"{spec}: wire is tcp or pty, port is 0 to 65535")


def obey(devices: dict[str, host.Served], text: str) -> dict[str, Any]:
    """Do what one line says; the answer to print."""
    answer: dict[str, Any] = {"device": None, "id": None}
    try:
        line = json.loads(text)
        answer = {"device": line.get("device"), "id": line.get("id")}
        if line["device"] not in devices:
            raise ValueError(f"no device {line['device']!r}; there are {', '.join(devices)}")
        result = devices[line["device"]].do(line["do"], **line.get("args", {}))
        return {**answer, "done": line["do"], "result": result}
    except Exception as error:  # the control line must outlive any bad line that is typed into it
        return {**answer, "error": f"{type(error).__name__}: {error}"}


def lines(typed: int, told: int) -> Iterator[str]:
    """What is typed, line by line, until its end, or until something is written to `told`.

    A signal that comes just before a read that waits would be seen after that read, perhaps never; so nothing waits
    here but for both at once.
    """
    rest = b""
    while told not in (ready := select.select([typed, told], [], [])[0]):
        assert typed in ready
        more = os.read(typed, 65536)
        *whole, rest = (rest + more).split(b"\n") if more else (rest, b"")
        yield from (line.decode("utf-8", "replace") for line in whole)
        if not more:
            return


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m drivers.sim",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("spec", nargs="+", metavar="SPEC", help=f"one of {', '.join(KINDS)}[:name=value,…]")
    parser.add_argument("--out", type=Path, help="folder for what the devices leave (paper, LED pictures)")
    parser.add_argument("--port", type=int, default=0, help="TCP port (0: any free one)")
    parser.add_argument("--name", default="", help="the device's name")
    parser.add_argument("--wire", default="", choices=("tcp", "pty"), help="instead of the usual one")
    args = parser.parse_args()
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGTERM, lambda *_: None)  # that a byte is in the pipe says it all
    devices: dict[str, host.Served] = {}
    with contextlib.ExitStack() as stack:
        for number, spec in enumerate(args.spec, 1):
            try:
                served = stack.enter_context(serve(spec, number, args))
            except (ValueError, OSError) as error:
                print(error, file=sys.stderr)
                return 78
            if served.name in devices:
                print(f"two devices called {served.name}", file=sys.stderr)
                return 78
            devices[served.name] = served
            say({"device": served.name, "url": served.url} | ({"env": served.env} if served.env else {}))
        say({"ready": True})
        for text in lines(sys.stdin.fileno(), told):
            if text.strip():
                say(obey(devices, text))
    return 0


if __name__ == "__main__":
    try:
        entry.run(main)
    except KeyboardInterrupt:
        sys.exit(130)
