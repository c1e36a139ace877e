"""systemd hears the loop: ready, alive, status, stopping, each a datagram of its own."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import notify


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The socket that a unit with Type=notify is given."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def test_a_process_tells_its_whole_life(systemd: socket.socket) -> None:
    notify.ready()
    notify.watchdog()
    notify.status("3 号窗口\n屏不应答")
    notify.stopping()
    heard = [systemd.recv(1024).decode() for _ in range(4)]
    assert heard == ["READY=1", "WATCHDOG=1", "STATUS=3 号窗口 屏不应答", "STOPPING=1"]


def test_systemd_may_listen_in_the_abstract_space(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"hall-test-{os.getpid()}"
    monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        listener.settimeout(5)
        notify.ready()
        assert listener.recv(1024) == b"READY=1"


def test_nothing_happens_without_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"):
        monkeypatch.delenv(name, raising=False)
    notify.ready()
    assert notify.interval() is None


def test_a_systemd_that_went_away_does_not_stop_the_hall(systemd: socket.socket) -> None:
    Path(systemd.getsockname()).unlink()
    notify.watchdog()


def test_a_systemd_that_does_not_read_does_not_hang_the_hall(systemd: socket.socket) -> None:
    queue = int(Path("/proc/sys/net/unix/max_dgram_qlen").read_text())
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
        filler.setblocking(False)
        with pytest.raises(BlockingIOError):
            for _ in range(2 * queue + 2):
                filler.sendto(b"WATCHDOG=1", systemd.getsockname())
    notify.status("returns, though nobody reads")
    systemd.setblocking(False)
    heard = []
    with contextlib.suppress(BlockingIOError):
        while True:
            heard.append(systemd.recv(1024))
    assert set(heard) == {b"WATCHDOG=1"}


@pytest.mark.parametrize(
    ("limit", "watched", "seconds"),
    [
        ("10000000", None, 5.0),
        ("10000000", str(os.getpid()), 5.0),
        ("10000000", "1", None),  # the watchdog of the process that started us
        ("0", None, None),
        ("soon", None, None),
    ],
    ids=["any process", "this process", "its parent", "off", "not a number"],
)
def test_the_loop_feeds_twice_within_the_limit(
    monkeypatch: pytest.MonkeyPatch, limit: str, watched: str | None, seconds: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", limit)
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    if watched:
        monkeypatch.setenv("WATCHDOG_PID", watched)
    assert notify.interval() == seconds
