"""What visitors have in their hands in a whole hall: phones that keep a page open, pagers, an evaluator's key."""

from __future__ import annotations

import threading
import urllib.request
from typing import Any

import msgspec

from caller.messages import Answer
from tests import orders
from tests.daywords import Actor
from tests.wholehall import WholeHall

PATIENCE = 30.0  # seconds without a word, after which a phone gives up


class OpenPage:
    """What the page does in a browser that is looked at, over the same addresses. `mood` is how it looks now."""

    def __init__(self, url: str) -> None:
        self.url, self.mood = url, ""
        self._line: Any = urllib.request.urlopen(f"{url}/live", timeout=PATIENCE)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def give_up(self) -> None:
        """The second touch."""
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/cancel", b""), timeout=PATIENCE).close()

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


def befall(hall: WholeHall, actor: Actor, what: str, id: str) -> Answer | None:
    """Somebody tells of a pager, or pulls a sign's plug; or a visitor's finger is on the evaluator of a window, until
    the hall has heard."""
    if actor.kind == "sign":
        hall.street.do(f"sign-{actor.number}", "unplug" if what == "is unplugged" else "plug")
        return None
    if actor.kind == "pager":
        return hall.watch.ask(orders.befallen(actor.number, what, id))
    pad = next(k for k in hall.hall.keypad if k.window == actor.number)
    before = hall.street.mark()
    hall.street.do("pads", "rate", address=pad.evaluator, grade=int(what[-1]) - 1)
    heard = hall.street.wait(
        lambda e: e["event"] == "rated" and e["address"] == pad.evaluator, before, PATIENCE
    )
    assert heard, f"nobody heard the evaluator of window {actor.number}"
    return None
