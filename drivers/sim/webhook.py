"""The hall's own SMS gateway as it answers a call: it checks the signature and sends each call to a phone once.

Physics: `answer_next(status, count)` (it says 503, 400, 302…), `drop_next(count)` (it takes the call, and the
connection breaks before the answer), `forget_secret`, `unplug` and `plug`.
"""

from __future__ import annotations

import hmac
import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from drivers.pager.webhook import sign

FRESH = 300.0  # seconds in which a signature is believed
MOST_BODY = 4096
MOST_KEYS = 1000
DIGITS = re.compile(r"[0-9]{1,12}")


class WebhookGateway:
    """`secret` is what calls are signed with. `requests` keeps what came: headers and body, for tests."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        secret: str = "sixteen-or-more-characters",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.secret = secret.encode()
        self.clock = clock
        self.events: list[dict[str, Any]] = []
        self.felt: list[dict[str, Any]] = []  # on the server's threads; the host takes them in `poll`
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.taken: OrderedDict[str, None] = OrderedDict()
        self.statuses: list[int] = []
        self.drops = 0
        self.port = 0
        self.server: ThreadingHTTPServer | None = None
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()
        self.plug()

    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/calls"

    def receive(self, data: bytes) -> bytes:
        return b""

    def poll(self) -> bytes:
        with self.lock:
            self.events += self.felt
            self.felt.clear()
        return b""

    def do(self, action: str, **args: Any) -> Any:
        with self.lock:
            match action:
                case "answer_next":
                    self.statuses = [int(args.get("status", 503))] * int(args.get("count", 1))
                case "drop_next":
                    self.drops = int(args.get("count", 1))
                case "forget_secret":
                    self.secret = b"another secret altogether"
                case _:
                    raise ValueError(f"an SMS gateway cannot {action!r}")

    def plug(self) -> None:
        if self.server is not None:
            return
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 5

            def do_HEAD(self) -> None:
                self.send_response(405)
                self.end_headers()

            def do_POST(self) -> None:
                said_length = self.headers.get("Content-Length", "")
                length = int(said_length) if DIGITS.fullmatch(said_length) else 0
                status, said = gateway.hear(dict(self.headers), self.rfile.read(min(length, MOST_BODY)))
                if not status:
                    self.close_connection = True
                    return
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                """What a call says belongs in no log."""

        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(
            target=self.server.serve_forever, args=(0.05,), name=self.name, daemon=True
        )
        self.thread.start()

    def unplug(self) -> None:
        server, self.server = self.server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            assert self.thread is not None
            self.thread.join()

    def close(self) -> None:
        """For good."""
        self.unplug()

    def hear(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """The status and the words for one call; 0 breaks the connection instead."""
        with self.lock:
            self.requests.append((headers, body))
            if self.statuses:
                return self.statuses.pop(0), b"as told"
            stamp = headers.get("X-Hall-Timestamp", "")
            signature = headers.get("X-Hall-Signature", "").encode("utf-8", "replace")
            if not DIGITS.fullmatch(stamp):
                return 401, b"no timestamp"
            if not hmac.compare_digest(sign(self.secret, stamp, body).encode(), signature):
                return 401, b"bad signature"
            if abs(self.clock() - int(stamp)) > FRESH:
                return 401, b"too old"
            call = _call(body)
            if call is None:
                return 400, b"no call"
            self._send_once(headers.get("Idempotency-Key", ""), call)
            if self.drops:
                self.drops -= 1
                return 0, b""
            return 202, b"queued"

    def _send_once(self, key: str, call: dict[str, str]) -> None:
        if key in self.taken:
            return
        self.taken[key] = None
        while len(self.taken) > MOST_KEYS:
            self.taken.popitem(last=False)
        self.felt.append({"event": "paged", "pager": call["pager"], "text": call["text"], "kind": "sms"})


def _call(body: bytes) -> dict[str, str] | None:
    """The call in a body that was signed: its pager and its text, or None."""
    try:
        call = json.loads(body)
    except (ValueError, RecursionError):
        return None
    fit = isinstance(call, dict) and all(isinstance(call.get(key), str) for key in ("pager", "text"))
    return call if fit else None
