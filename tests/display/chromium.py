"""A real Chromium without a screen, driven over its own debugging pipe: JSON messages with a zero byte behind each."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, Self

PATIENCE = 20.0  # seconds for anything that a page does
FEELS = "window.felt = []; navigator.vibrate = (pattern) => { window.felt.push(pattern); return true; };"


class Chromium:
    """One browser with one page, as wide and as high as a phone. `feel` puts a motor into it that remembers."""

    def __init__(self, folder: Path, width: int = 390, height: int = 844) -> None:
        self.folder, self.size = folder, (width, height)
        self._ids = count(1)
        self._heard = b""

    def __enter__(self) -> Self:
        program = shutil.which("chromium")
        assert program, "chromium is not installed; ./hall test installs it"
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # the pipe is file 3 (to the browser) and 4 (from it); a shell puts them there, and dash knows no file above 9
        command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        options = [
            "--headless=new",
            "--remote-debugging-pipe",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={self.folder / 'profile'}",
        ]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        with (self.folder / "chromium.log").open("wb") as log:
            self._process = subprocess.Popen(
                ["bash", "-c", command, program, *options, "about:blank"],
                pass_fds=(theirs_in, theirs_out),
                stdout=log,
                stderr=log,
            )
        os.close(theirs_in)
        os.close(theirs_out)
        os.set_blocking(self._in, False)
        self._session = ""
        self._until(lambda: self._pages())
        target = self._pages()[0]["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        width, height = self.size
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=2,
            mobile=True,
        )
        self._ask("Page.enable")
        self._ask("Page.addScriptToEvaluateOnNewDocument", source=FEELS)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def open(self, url: str) -> None:
        self._ask("Page.navigate", url=url)

    def does(self, script: str) -> Any:
        """The value of a JavaScript expression in the page."""
        said = self._ask("Runtime.evaluate", expression=script, returnByValue=True, userGesture=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def until(self, script: str, wanted: object = True) -> None:
        """Until the expression has this value."""
        self._until(lambda: self.does(script) == wanted, lambda: f"{script} is {self.does(script)!r}")

    def loaded(self, mood: str) -> None:
        """Until the page is there and in this mood."""
        self.until("document.body ? document.body.dataset.mood : ''", mood)

    def text(self) -> str:
        return str(self.does("document.body.innerText"))

    def hide(self, hidden: bool) -> None:
        """As if the visitor looked at something else on the phone."""
        state = "hidden" if hidden else "visible"
        self.does(
            f"Object.defineProperty(document, 'visibilityState', {{configurable: true, value: '{state}'}});"
        )
        self.does("document.dispatchEvent(new Event('visibilitychange'))")

    def picture(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self._ask("Page.captureScreenshot", format="png")["data"]))

    def _pages(self) -> list[dict[str, Any]]:
        return [t for t in self._ask("Target.getTargets")["targetInfos"] if t["type"] == "page"]

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        id = next(self._ids)
        message: dict[str, Any] = {"id": id, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            said = self._next()
            if said is None:
                time.sleep(0.01)
            elif said.get("id") == id:
                assert "error" not in said, said
                result: dict[str, Any] = said["result"]
                return result
        raise AssertionError(f"chromium does not answer {method}")

    def _next(self) -> dict[str, Any] | None:
        with contextlib.suppress(BlockingIOError):
            self._heard += os.read(self._in, 1 << 20)
        message, zero, rest = self._heard.partition(b"\0")
        if not zero:
            return None
        self._heard = rest
        found: dict[str, Any] = json.loads(message)
        return found

    def _until(self, so: Callable[[], object], why: Callable[[], str] = lambda: "no page") -> None:
        end = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < end, why()
            time.sleep(0.03)
