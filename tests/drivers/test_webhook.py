"""The hall's own SMS gateway: signed, tried again a few times, sent to a phone once, and told nothing personal."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import ssl
import subprocess
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from drivers.errors import DeviceLost
from drivers.pager.webhook import LAST_PAUSE, Webhook, body_of, sign
from drivers.sim import host
from drivers.sim.webhook import WebhookGateway
from tests.drivers.waiting import until

SECRET = "sixteen-or-more-characters"
VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "webhook.json").read_text("utf-8"))


@pytest.fixture
def far() -> Iterator[WebhookGateway]:
    sim = WebhookGateway("sms")
    yield sim
    sim.close()


@pytest.fixture
def served(far: WebhookGateway) -> Iterator[host.Served]:
    with host.serve_own(far) as served:
        yield served


class Rest:
    """A sleep that only counts."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def test_the_signature_is_what_anybody_computes_from_the_description() -> None:
    body = body_of("1000001", "A012 -> 3")
    assert body == b'{"pager":"1000001","text":"A012 -> 3"}'
    by_hand = hmac.new(SECRET.encode(), b"1750000000." + body, hashlib.sha256).hexdigest()
    assert sign(SECRET.encode(), "1750000000", body) == f"sha256={by_hand}"


def test_calls_and_answers_as_others_make_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for call in VECTORS["calls"]:
        body = body_of(call["pager"], call["text"])
        assert body == bytes.fromhex(call["hex"])
        assert sign(call["secret"].encode(), call["timestamp"], body) == call["signature"]
        gateway = WebhookGateway("sms", secret=call["secret"], clock=lambda: 1750000000.0)
        headers = {"X-Hall-Timestamp": call["timestamp"], "X-Hall-Signature": call["signature"]}
        assert gateway.hear(headers, body)[0] == 202
        gateway.close()
    for answer in VECTORS["answers"]:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            url = f"http://127.0.0.1:{listening.getsockname()[1]}/"

            def tell(said: bytes, listening: socket.socket = listening) -> None:
                line, _ = listening.accept()
                with line:
                    line.recv(4096)
                    line.sendall(said)

            teller = Thread(target=tell, args=(bytes.fromhex(answer["hex"]),))
            teller.start()
            said = Webhook("sms", url, secret=SECRET)._ask("POST", b"{}", {})
            teller.join()
        assert said == (answer["status"], answer["said"], answer["wait"]), answer["name"]


def test_openssl_agrees_with_the_signature(tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(b"1750000000." + body_of("1000001", "A012 -> 3"))
    command = ["openssl", "dgst", "-sha256", "-hmac", SECRET, "-hex", str(message)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split()[-1] == sign(SECRET.encode(), "1750000000", body_of("1000001", "A012 -> 3"))[7:]


def test_one_call_is_one_request_with_nothing_personal_in_it(
    served: host.Served, far: WebhookGateway
) -> None:
    with Webhook("sms", served.url, secret=SECRET) as hook:
        assert hook.page("1000001", "A012 -> 3", once="call-1").accepted
    [(headers, body)] = far.requests
    assert json.loads(body) == {"pager": "1000001", "text": "A012 -> 3"}
    assert headers["Idempotency-Key"] == "call-1"
    assert headers["Content-Type"] == "application/json"
    assert SECRET not in repr(hook) + str(headers)


def test_a_gateway_that_stumbles_is_asked_again_with_the_same_key(
    served: host.Served, far: WebhookGateway
) -> None:
    rest = Rest()
    with Webhook("sms", served.url, secret=SECRET, sleep=rest) as hook:
        served.do("answer_next", status=503, count=2)
        assert hook.page("1000001", "A012 -> 3").accepted
    keys = [headers["Idempotency-Key"] for headers, _ in far.requests]
    assert len(keys) == 3 and len(set(keys)) == 1
    assert rest.seconds == [0.5, 1.0]
    until(lambda: len(far.events) == 1)


def test_an_answer_that_got_lost_does_not_ring_twice(served: host.Served, far: WebhookGateway) -> None:
    with Webhook("sms", served.url, secret=SECRET, sleep=Rest()) as hook:
        served.do("drop_next", count=2)
        assert hook.page("1000001", "A012 -> 3").accepted
        # Also across a restart of ours: whoever calls again for the same call gives the same key.
        assert hook.page("1000001", "A012 -> 3", once="call-2").accepted
        assert hook.page("1000001", "A012 -> 3", once="call-2").accepted
    assert len(far.requests) == 5
    until(lambda: len(far.events) == 2)
    assert [event["text"] for event in far.events] == ["A012 -> 3", "A012 -> 3"]


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_a_refusal_is_believed_at_once(served: host.Served, far: WebhookGateway, status: int) -> None:
    rest = Rest()
    with Webhook("sms", served.url, secret=SECRET, sleep=rest) as hook:
        served.do("answer_next", status=status, count=1)
        receipt = hook.page("1000001", "A012 -> 3")
    assert not receipt.accepted and receipt.said.startswith(f"HTTP {status}")
    assert (len(far.requests), rest.seconds) == (1, [])


def test_tries_are_bounded_and_the_last_word_is_kept(served: host.Served, far: WebhookGateway) -> None:
    rest = Rest()
    with Webhook("sms", served.url, secret=SECRET, sleep=rest, tries=6) as hook:
        served.do("answer_next", status=500, count=9)
        receipt = hook.page("1000001", "A012 -> 3")
        assert (receipt.accepted, receipt.said) == (False, "HTTP 500 as told")
        assert len(far.requests) == 6
        assert rest.seconds == [0.5, 1.0, 2.0, 4.0, LAST_PAUSE]


def test_a_wrong_secret_and_an_old_call_are_refused(served: host.Served, far: WebhookGateway) -> None:
    with Webhook("sms", served.url, secret="not the secret of the hall", sleep=Rest()) as hook:
        assert hook.page("1000001", "A012 -> 3").said == "HTTP 401 bad signature"
    with Webhook("sms", served.url, secret=SECRET, sleep=Rest(), wall=lambda: 1_000_000.0) as hook:
        assert hook.page("1000001", "A012 -> 3").said == "HTTP 401 too old"
    assert far.events == []


def test_a_gateway_that_says_nothing_costs_its_own_time_only() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as deaf:
        hook = Webhook(
            "sms", f"http://127.0.0.1:{deaf.getsockname()[1]}/", secret=SECRET, timeout=0.1, sleep=Rest()
        )
        with pytest.raises(DeviceLost, match="没有应答"):
            hook.page("1000001", "A012 -> 3")
        with pytest.raises(DeviceLost, match="联系不上"):
            hook.check()


class Odd:
    """A server that says one thing, whatever it is asked."""

    def __init__(self, says: bytes) -> None:
        import socketserver

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.recv(65536)
                self.request.sendall(says)

        self.server = socketserver.TCPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"

    def __enter__(self) -> Odd:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.mark.parametrize(
    "says", [b"", b"\xff\xfe\xfd", b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200"]
)
def test_something_that_is_no_gateway_is_lost_not_a_crash(says: bytes) -> None:
    with Odd(says) as odd:
        hook = Webhook("sms", odd.url, secret=SECRET, timeout=0.3, sleep=Rest())
        try:
            receipt = hook.page("1000001", "A012 -> 3")
        except DeviceLost as lost:
            assert lost.device == "sms"
        else:
            assert says == b"HTTP/1.1 200" and receipt.accepted


@pytest.mark.parametrize("after", ["1e999", "-3", "soon", "nan", "2"])
def test_retry_after_is_believed_within_reason(after: str) -> None:
    rest = Rest()
    says = f"HTTP/1.1 429 x\r\nRetry-After: {after}\r\nContent-Length: 0\r\n\r\n".encode()
    with Odd(says) as odd:
        hook = Webhook("sms", odd.url, secret=SECRET, sleep=rest)
        assert not hook.page("1000001", "A012 -> 3").accepted
    assert rest.seconds == ([2.0, 2.0] if after == "2" else [0.5, 1.0])


def test_https_is_checked_against_the_gateways_certificate(tmp_path: Path, far: WebhookGateway) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=127.0.0.1",
    ]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    assert isinstance(far.server, HTTPServer)
    far.server.socket = context.wrap_socket(far.server.socket, server_side=True)
    url = far.url().replace("http:", "https:")
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    with Webhook("sms", url, secret=SECRET, context=trusting) as hook:
        assert hook.page("1000001", "A012 -> 3").accepted
    with pytest.raises(DeviceLost, match="certificate"):
        Webhook("sms", url, secret=SECRET, sleep=Rest()).page("1000001", "A012 -> 3")
    assert len(far.requests) == 1


def test_neither_secret_nor_call_is_logged(
    served: host.Served, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG), Webhook("sms", served.url, secret=SECRET) as hook:
        hook.page("1000001", "A012 -> 3")
    said = caplog.text + "".join(capfd.readouterr())
    assert SECRET not in said and "A012" not in said


@pytest.mark.parametrize(
    "url", ["ftp://h/", "http:///x", "https://user:pw@h/", "http://h:99999/", "http://h:0/", "tcp:1.2.3.4:80"]
)
def test_an_address_that_cannot_be_is_told_when_it_is_made(url: str) -> None:
    with pytest.raises(ValueError, match="https://"):
        Webhook("sms", url, secret=SECRET)


def test_a_name_that_nobody_knows_is_told_in_the_halls_language() -> None:
    gateway = Webhook("sms", "https://no-such-gateway.invalid/calls", secret=SECRET, sleep=lambda _: None)
    with pytest.raises(DeviceLost, match=r"短信网关 no-such-gateway\.invalid 联系不上：找不到主机"):
        gateway.check()
