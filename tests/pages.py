"""Visitors' phones in a hall: each keeps the page behind a ticket's code open, and shows what it hears."""

from __future__ import annotations

import threading
import urllib.request
from typing import Any

import msgspec

PATIENCE = 30.0  # seconds without a word, after which a phone gives up


class OpenPage:
    """What the page does in a browser that is looked at, over the same addresses. `mood` is how it looks now."""

    def __init__(self, url: str) -> None:
        self.url, self.mood = url, ""
        self._line: Any = urllib.request.urlopen(f"{url}/live", timeout=PATIENCE)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        """Until the hall ends; a phone that was lost is nobody's error."""
        try:
            for line in self._line:
                if line.startswith(b"data: "):
                    self._show(msgspec.json.decode(line[6:]))
        except (OSError, ValueError):
            self.mood = "lost"

    def _show(self, view: dict[str, Any]) -> None:
        if view["call"]:
            seen = urllib.request.Request(f"{self.url}/seen?call={view['call']}&how=vibrated", b"")
            urllib.request.urlopen(seen, timeout=PATIENCE).close()
        self.mood = view["mood"]
