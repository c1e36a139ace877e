"""The far end of each wire, where a simulator is attached: bytes in to `receive`, bytes out as they come.

A simulator may have `room() -> int`, the bytes that it can take now; with 0 its end stops reading, so that
the host's writes stall as they do before a real device whose buffer is full.
"""

from __future__ import annotations

import os
import selectors
import socket
import struct
import tempfile
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from drivers.sim.device import Simulator

READ_SIZE = 4096
WAITING_MOST = 65536  # bytes kept for a host that does not read; then the line is cut


@runtime_checkable
class HasRoom(Protocol):
    def room(self) -> int: ...


@runtime_checkable
class HasOwnWire(Protocol):
    def url(self) -> str: ...

    def plug(self) -> None: ...

    def unplug(self) -> None: ...


class End:
    """One descriptor at a time, non-blocking, read through the host's selector."""

    def __init__(self, sim: Simulator, selector: selectors.BaseSelector) -> None:
        self.sim = sim
        self.selector = selector
        self.fd = -1
        self.waiting = bytearray()
        self.url = ""
        self.open()

    def open(self) -> None:
        """Put the device (back) on its wire."""

    def shut(self) -> None:
        """Take the device off its wire."""

    def discard(self) -> None:
        """Take it off for good."""
        self.shut()

    def hung_up(self) -> None:
        """The host has gone."""

    def tick(self, said: bytes) -> None:
        """Send what the device says by itself; take up reading again when it has room."""
        if self.fd < 0:
            return
        self.send(said)
        if self.fd >= 0 and self.room():
            self.watch(self.fd, self.on_bytes)

    def on_bytes(self) -> None:
        room = self.room()
        if not room:
            self.ignore(self.fd)
            return
        try:
            data = os.read(self.fd, min(READ_SIZE, room))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self.send(self.sim.receive(data))
        else:
            self.hung_up()

    def send(self, data: bytes) -> None:
        self.waiting += data
        if not self.waiting:
            return
        try:
            done = os.write(self.fd, self.waiting)
        except BlockingIOError:
            done = 0
        except OSError:
            self.hung_up()
            return
        del self.waiting[:done]
        if len(self.waiting) > WAITING_MOST:
            self.hung_up()

    def room(self) -> int:
        return self.sim.room() if isinstance(self.sim, HasRoom) else READ_SIZE

    def watch(self, fd: int, callback: Callable[[], None]) -> None:
        if fd not in self.selector.get_map():
            self.selector.register(fd, selectors.EVENT_READ, callback)

    def ignore(self, fd: int) -> None:
        if fd in self.selector.get_map():
            self.selector.unregister(fd)


class TcpEnd(End):
    """A listening socket and at most one connection."""

    listener: socket.socket | None = None
    connection: socket.socket | None = None

    def __init__(self, sim: Simulator, selector: selectors.BaseSelector, port: int, address: str) -> None:
        self.port = port
        self.address = address
        super().__init__(sim, selector)

    def open(self) -> None:
        if self.listener is not None:
            return
        self.listener = socket.create_server((self.address, self.port))
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.url = f"tcp:{self.address}:{self.port}"
        self.watch(self.listener.fileno(), self.on_host)

    def on_host(self) -> None:
        assert self.listener is not None
        try:
            self.connection, _ = self.listener.accept()
        except OSError:
            return
        # The next host waits in the backlog, as before a real printer.
        self.ignore(self.listener.fileno())
        self.connection.setblocking(False)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fd = self.connection.fileno()
        self.watch(self.fd, self.on_bytes)

    def hung_up(self) -> None:
        if self.connection is not None:
            self.ignore(self.fd)
            self.connection.close()
            self.connection, self.fd = None, -1
            self.waiting.clear()
        if self.listener is not None:
            self.watch(self.listener.fileno(), self.on_host)

    def shut(self) -> None:
        if self.connection is not None:
            # A reset, not a goodbye: the plug was pulled.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.hung_up()
        if self.listener is not None:
            self.ignore(self.listener.fileno())
            self.listener.close()
            self.listener = None


class PtyEnd(End):
    """A pty behind a link with a lasting name; we hold the slave too, so that it outlives its clients."""

    slave = -1

    def __init__(self, sim: Simulator, selector: selectors.BaseSelector) -> None:
        self.link = Path(tempfile.mkdtemp(prefix="hall-sim-")) / (getattr(sim, "name", "") or "line")
        super().__init__(sim, selector)
        self.url = f"serial:{self.link}"

    def open(self) -> None:
        if self.fd >= 0:
            return
        self.fd, self.slave = os.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.fd, False)
        self.link.symlink_to(os.ttyname(self.slave))
        self.watch(self.fd, self.on_bytes)

    def send(self, data: bytes) -> None:
        # Nobody may be there: what does not fit is lost, as on a line without a listener.
        super().send(data)
        self.waiting.clear()

    def shut(self) -> None:
        if self.fd < 0:
            return
        self.ignore(self.fd)
        self.link.unlink(missing_ok=True)
        os.close(self.fd)
        os.close(self.slave)
        self.fd = self.slave = -1

    def discard(self) -> None:
        self.shut()
        self.link.parent.rmdir()


class PairEnd(End):
    """One side of a socket pair; the other belongs to a transport in this process."""

    far: socket.socket | None = None
    plugged = True

    def __init__(self, sim: Simulator, selector: selectors.BaseSelector, url: str) -> None:
        super().__init__(sim, selector)
        self.url = url

    def connect(self) -> socket.socket:
        if not self.plugged:
            raise ConnectionRefusedError(111, "unplugged")
        self.hung_up()
        near, self.far = socket.socketpair()
        self.far.setblocking(False)
        self.fd = self.far.fileno()
        self.watch(self.fd, self.on_bytes)
        return near

    def open(self) -> None:
        self.plugged = True

    def hung_up(self) -> None:
        if self.far is not None:
            self.ignore(self.fd)
            self.far.close()
            self.far, self.fd = None, -1
            self.waiting.clear()

    def shut(self) -> None:
        self.plugged = False
        self.hung_up()


class OwnEnd(End):
    """No descriptor of ours: the simulator brought its own wire."""

    def open(self) -> None:
        if isinstance(self.sim, HasOwnWire):
            self.sim.plug()
            self.url = self.sim.url()

    def shut(self) -> None:
        if isinstance(self.sim, HasOwnWire):
            self.sim.unplug()
