"""The host gives a simulator its wire: TCP, a pty, or a socket pair; one thread serves them all.

A simulator is only ever touched under the host's lock, so that physics (`do`) may come from any thread.
What a device says while nobody listens is lost, as on a real line.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.closing import Closing
from drivers.sim import make
from drivers.sim.device import Simulator
from drivers.sim.ends import End, OwnEnd, PairEnd, PtyEnd, TcpEnd

TICK = 0.02  # seconds between two looks at what a device says by itself

EventHandler = Callable[[str, dict[str, Any]], None]


class Served(Closing):
    """A simulator on its wire. A context manager; `close` takes the wire away.

    `url` is what a driver opens, `env` what its process needs in its environment for that.
    """

    def __init__(self, sim: Simulator, end: End, on_event: EventHandler | None) -> None:
        self.sim = sim
        self.end = end
        self.on_event = on_event
        self.env: dict[str, str] = sim.env() if hasattr(sim, "env") else {}
        self.name: str = getattr(sim, "name", "")
        _loop.add(self)

    @property
    def url(self) -> str:
        """The URL of the far end: `tcp:127.0.0.1:41231`, `serial:/dev/pts/3`."""
        return self.end.url

    @property
    def path(self) -> str:
        """The device file of a pty."""
        return self.url.partition(":")[2]

    @property
    def port(self) -> int:
        """The TCP port."""
        return int(self.url.rpartition(":")[2])

    def do(self, action: str, **args: Any) -> Any:
        """Physics, and two things that happen to any cable: `unplug` and `plug`. Thread-safe."""
        with _loop.lock:
            result = None
            match action:
                case "unplug":
                    self.end.shut()
                case "plug":
                    self.end.open()
                case _:
                    result = self.sim.do(action, **args)
            self.tick()
            return result

    def connect(self) -> socket.socket:
        """The near end of a socket pair; an earlier one is cut off."""
        if not isinstance(self.end, PairEnd):
            raise TypeError(f"{self.url} is not a socket pair")
        with _loop.lock:
            return self.end.connect()

    def tick(self) -> None:
        """Push out what the device says by itself, and hand over its events. The lock is held."""
        self.end.tick(self.sim.poll())
        if self.on_event is not None:
            events, self.sim.events[:] = self.sim.events[:], []
            for event in events:
                self.on_event(self.name, event)

    def close(self) -> None:
        """Take the device off the wire for good."""
        with _loop.lock:
            _loop.remove(self)
            self.end.discard()
        if hasattr(self.sim, "close"):
            self.sim.close()


class Loop:
    """The one thread that all simulators of this process live on; it ends when the last one leaves."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.selector = selectors.DefaultSelector()
        self.served: list[Served] = []
        self.thread: threading.Thread | None = None

    def add(self, served: Served) -> None:
        with self.lock:
            self.served.append(served)
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="simulators", daemon=True)
                self.thread.start()

    def remove(self, served: Served) -> None:
        with contextlib.suppress(ValueError):
            self.served.remove(served)

    def run(self) -> None:
        while True:
            ready = self.selector.select(TICK)
            with self.lock:
                if not self.served:
                    self.thread = None
                    return
                for key, _ in ready:
                    # A callback may have closed what a later key stood for.
                    if self.selector.get_map().get(key.fd) is key:
                        key.data()
                for served in list(self.served):
                    served.tick()


_loop = Loop()
_behind: dict[str, Served] = {}


def serve_tcp(
    sim: Simulator, port: int = 0, on_event: EventHandler | None = None, address: str = "127.0.0.1"
) -> Served:
    """Serve on this machine; one connection at a time, as most devices do, any number after each other."""
    return Served(sim, TcpEnd(sim, _loop.selector, port, address), on_event)


def serve_pty(sim: Simulator, on_event: EventHandler | None = None) -> Served:
    """Serve on a raw pty whose path stays the same when the client, or the cable, comes and goes."""
    return Served(sim, PtyEnd(sim, _loop.selector), on_event)


def serve_pair(sim: Simulator, url: str = "sim:", on_event: EventHandler | None = None) -> Served:
    """Serve inside this process: `connect()` gives the near end."""
    return Served(sim, PairEnd(sim, _loop.selector, url), on_event)


def serve_own(sim: Simulator, on_event: EventHandler | None = None) -> Served:
    """Serve a simulator that brings its own wire (`url()`, `env()`): only its events are looked after."""
    return Served(sim, OwnEnd(sim, _loop.selector), on_event)


def behind(url: str, name: str = "") -> Served:
    """The device behind a `sim:` URL, made when first asked for: `sim:printer?name=printer-1&out=/tmp`."""
    from drivers.transport import parse_url

    with _loop.lock:
        if url not in _behind:
            address = parse_url(url)
            options = dict(address.options)
            own_name = options.pop("name", name or address.where)
            out = options.pop("out", None)
            sim = make(address.where, own_name, Path(out) if out else None, options)
            _behind[url] = serve_pair(sim, url)
        return _behind[url]
