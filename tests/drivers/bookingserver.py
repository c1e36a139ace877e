"""A city's booking server as it may be met: it has a list, or it has a bad day."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


class BookingServer:
    """`manner` is what it does when it is asked: tell, garbage, drip, refuse, redirect, hang."""

    def __init__(self) -> None:
        self.bookings: list[dict[str, Any]] = []
        self.cursors = False
        self.manner = "tell"
        self.asked: list[str] = []  # the cursors of the questions
        self.tokens: list[str] = []
        self.over = threading.Event()
        self.left = threading.Event()  # whoever asked has gone in the middle of the answer
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/hall/binjiang"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def books(self, code: str, time: str, day: str = "2026-11-24", **more: Any) -> None:
        booking = {"code": code, "service": "transfer", "day": day, "time": time}
        self.bookings.append(booking | more)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        (cursor,) = parse_qs(urlsplit(request.path).query).get("after", [""])
        self.asked.append(cursor)
        self.tokens.append(request.headers.get("Authorization", ""))
        news = self.bookings[int(cursor or 0) :] if self.cursors else self.bookings
        said = {"bookings": news, "cursor": str(len(self.bookings)) if self.cursors else ""}
        body = json.dumps(said).encode()
        match self.manner:
            case "garbage":
                body = b"<html>maintenance</html>"
            case "refuse":
                request.send_error(401)
                return
            case "redirect":
                request.send_response(302)
                request.send_header("Location", self.url)
                request.end_headers()
                return
            case "hang":
                self.over.wait(20)
                return
        request.send_response(200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if self.manner == "drip":
            for byte in body:
                if self.over.wait(0.05):
                    return
                try:
                    request.wfile.write(bytes([byte]))
                except OSError:
                    self.left.set()
                    return
        else:
            request.wfile.write(body)
