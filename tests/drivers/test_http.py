"""Whatever dribbles, in its head or in its body, is cut off in time; what is cut off is no answer."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers import http

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\nX-It: is\r\n\r\n" + b"x" * 400
OLD = b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 400  # which ends when the server hangs up


@contextmanager
def dribbling(says: bytes, at_once: int, every: float = 0.02) -> Iterator[tuple[str, threading.Event]]:
    """A server that says so much at once, and then a byte now and then; the event: whoever asked has gone."""
    listener = socket.create_server(("127.0.0.1", 0))
    gone, over = threading.Event(), threading.Event()

    def serve() -> None:
        connection, _address = listener.accept()
        with connection:
            connection.recv(4096)
            try:
                connection.sendall(says[:at_once])
                for byte in says[at_once:]:
                    if over.wait(every):
                        return
                    connection.sendall(bytes((byte,)))
            except OSError:
                gone.set()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}", gone
    finally:
        over.set()
        thread.join()
        listener.close()


@pytest.mark.parametrize(
    ("says", "at_once"), [(WHOLE, 4), (WHOLE, 60), (OLD, 60)], ids=["in its head", "in its body", "old"]
)
def test_what_dribbles_is_cut_off(says: bytes, at_once: int) -> None:
    with dribbling(says, at_once) as (where, gone):
        with pytest.raises(TimeoutError):
            http.ask("GET", f"http://{where}/", seconds=0.3, most=1000)
        assert gone.wait(20), "it was listened to until its end"


def test_what_dribbles_before_it_is_safe_is_cut_off() -> None:
    with dribbling(b"\x16\x03\x03\x10\x00" + bytes(400), 5) as (where, gone):
        with pytest.raises(TimeoutError):
            http.ask("GET", f"https://{where}/", seconds=0.3, most=1000, context=ssl.create_default_context())
        assert gone.wait(20)


def test_an_answer_is_read_as_far_as_it_is_wanted() -> None:
    with dribbling(WHOLE, len(WHOLE)) as (where, _gone):
        answer = http.ask("GET", f"http://{where}/a?b", seconds=10, most=100)
    assert (answer.status, answer.reason, answer.headers["X-It"], len(answer.body)) == (200, "OK", "is", 101)


def test_what_is_no_http_is_told_apart_from_silence() -> None:
    with dribbling(b"SSH-2.0-OpenSSH_9.2\r\n", 100) as (where, _gone), pytest.raises(http.Broken) as broken:
        http.ask("GET", f"http://{where}/", seconds=10, most=100)
    assert not isinstance(broken.value, TimeoutError)
