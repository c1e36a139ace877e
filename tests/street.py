"""The world outside the hall's processes: every simulated device, in one process of its own, told by JSON lines."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

Seen = dict[str, Any]


class Street:
    """`specs` are those of `python -m drivers.sim`; `urls` and `env` are known once it is entered."""

    def __init__(self, specs: Sequence[str], out: Path, log: Path) -> None:
        self.urls: dict[str, str] = {}
        self.env: dict[str, str] = {}
        self.seen: list[Seen] = []
        self._specs = specs
        self._out = out
        self._log = log
        self._news = threading.Condition()
        self._answers: dict[int, Seen] = {}
        self._ids = itertools.count(1)
        self._ready = False

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "drivers.sim", *self._specs, "--out", str(self._out)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        with self._news:
            assert self._news.wait_for(lambda: self._ready, 20), f"the simulators did not start: {self._log}"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(2)
        assert self._process.stdout
        self._process.stdout.close()

    def do(self, device: str, action: str, **args: Any) -> Any:
        """Physics at one device; raises AssertionError if it cannot."""
        number = next(self._ids)
        line = json.dumps({"device": device, "do": action, "args": args, "id": number}) + "\n"
        assert self._process.stdin
        self._process.stdin.write(line.encode())
        self._process.stdin.flush()
        with self._news:
            assert self._news.wait_for(lambda: number in self._answers, 10), f"{device} {action}: no answer"
            answer = self._answers.pop(number)
        assert "error" not in answer, answer
        return answer.get("result")

    def mark(self) -> int:
        """A place in what was seen, to look on from."""
        return len(self.seen)

    def wait(self, what: Callable[[Seen], bool], since: int = 0, timeout: float = 10.0) -> Seen | None:
        """The first thing seen since `since` that is meant, waiting for it; None if it does not come."""
        until = time.monotonic() + timeout
        with self._news:
            while True:
                for seen in self.seen[since:]:
                    if what(seen):
                        return seen
                left = until - time.monotonic()
                if left <= 0 or not self._news.wait(left):
                    return None

    def _read(self) -> None:
        assert self._process.stdout
        for text in self._process.stdout:
            line = json.loads(text)
            with self._news:
                if "url" in line and "event" not in line:
                    self.urls[line["device"]] = line["url"]
                    self.env |= line.get("env", {})
                elif "ready" in line:
                    self._ready = True
                elif "event" in line:
                    self.seen.append(line)
                else:
                    self._answers[line["id"]] = line
                self._news.notify_all()
