"""A wire to a broker that can be cut in the middle of a word, and be there again later."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Relay:
    """Listens on `host`, `port` for one client after the other and passes everything on to the far port.

    `deaf` swallows what the client says, as a cable does that was pulled a moment ago; `cut` ends the connection
    and takes no other until `mend`.
    """

    host = "127.0.0.1"

    def __init__(self, far: int) -> None:
        self.deaf = False
        self.swallowed = b""
        self._far = far
        self._open = threading.Event()
        self._open.set()
        self._listener = socket.create_server((self.host, 0))
        self.port = int(self._listener.getsockname()[1])
        self._wires: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for wire in self._wires:
            wire.close()

    def cut(self) -> None:
        self._open.clear()
        for wire in self._wires:
            _shut(wire)

    def mend(self) -> None:
        self.deaf = False
        self._open.set()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # we are closing
                return
            self._wires.append(near)
            if not self._open.is_set():
                _shut(near)
                continue
            far = socket.create_connection((self.host, self._far))
            self._wires.append(far)
            for source, sink, heard in ((near, far, True), (far, near, False)):
                self._threads.append(
                    threading.Thread(target=self._pass, args=(source, sink, heard), daemon=True)
                )
                self._threads[-1].start()

    def _pass(self, source: socket.socket, sink: socket.socket, heard: bool) -> None:
        try:
            while data := source.recv(4096):
                if heard and self.deaf:
                    self.swallowed += data
                else:
                    sink.sendall(data)
        except OSError:
            pass  # cut
        _shut(sink)


def _shut(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):  # gone already
        wire.shutdown(socket.SHUT_RDWR)
