"""The broker's files of a real hall: Mosquitto itself reads them, and nobody says what is not theirs to say."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from getpass import getuser
from pathlib import Path
from queue import SimpleQueue

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from caller.messages import COMMANDS
from tests.broker import Broker, free_port

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
SECRET = "only-for-this-test"
SUCCESS, NOT_AUTHORIZED = 0x00, 0x87  # MQTT 5.0, 2.4


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PATH": PATH}, timeout=60)


class HallBroker(Broker):
    """Mosquitto with the files of a real hall, as Debian includes them; only paths and ports are others."""

    def start(self) -> None:
        here = self._folder
        for user in ("hall", "kiosk-1", "watch"):
            create = [] if (here / "hall.passwords").exists() else ["-c"]
            run("mosquitto_passwd", "-b", *create, f"{here}/hall.passwords", user, SECRET)
        shutil.copy(CONFIG / "mosquitto.acl", here / "hall.acl")
        tls = here / "hall-tls"
        tls.mkdir()
        new = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=hall"]
        run("openssl", "req", *new, "-keyout", f"{tls}/hall.key", "-out", f"{tls}/hall.crt")
        shutil.copy(tls / "hall.crt", tls / "ca.crt")
        self.tls_port = (
            free_port()
        )  # only now: it is free until somebody else wants one, and keys take their time
        settings = f"persistence true\npersistence_location {here}/\nuser {getuser()}\n"
        for name in ("mosquitto.conf", "mosquitto-tls.conf"):
            text = (CONFIG / name).read_text("utf-8").replace("/etc/mosquitto/", f"{here}/")
            text = text.replace("\nlistener 1883 ", f"\nlistener {self.port} ")
            settings += text.replace("\nlistener 8883", f"\nlistener {self.tls_port} {self.host}")
        (here / "mosquitto.conf").write_text(settings, "utf-8")
        program = shutil.which("mosquitto", path=PATH)
        assert program, "mosquitto is not installed; ./hall test installs it"
        with (here / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "-c", f"{here}/mosquitto.conf"], stdout=log, stderr=log
            )
        self._wait()


@pytest.fixture(scope="module")
def hall_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HallBroker]:
    with HallBroker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


def answers(broker: HallBroker, user: str, password: str, *topics: str, tls: bool = False) -> list[int]:
    """The reason codes of CONNACK and then of each PUBACK."""
    heard: SimpleQueue[int] = SimpleQueue()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_connect = lambda _client, _data, _flags, reason, _properties: heard.put(reason.value)
    client.on_publish = lambda _client, _data, _mid, reason, _properties: heard.put(reason.value)
    if user:
        client.username_pw_set(user, password)
    if tls:
        client.tls_set(str(broker._folder / "hall-tls/ca.crt"))
        client.tls_insecure_set(True)  # the certificate is checked; its name is not this machine's
    client.connect(broker.host, broker.tls_port if tls else broker.port)
    client.loop_start()
    try:
        codes = [heard.get(timeout=10)]
        if codes == [SUCCESS]:
            for topic in topics:
                client.publish(topic, b"{}", qos=1)
                codes.append(heard.get(timeout=10) & ~0x10)  # 0x10: accepted, and nobody listens
        return codes
    finally:
        client.disconnect()
        client.loop_stop()


def test_nobody_comes_in_without_a_password(hall_broker: HallBroker) -> None:
    assert answers(hall_broker, "", "") == [NOT_AUTHORIZED]
    assert answers(hall_broker, "kiosk-1", "guessed") == [NOT_AUTHORIZED]


def test_a_kiosk_asks_but_never_says_what_happened(hall_broker: HallBroker) -> None:
    asked = answers(
        hall_broker,
        "kiosk-1",
        SECRET,
        "hall/binjiang/command/reserve-ticket",
        "hall/binjiang/status/kiosk-1",
        "hall/binjiang/event/ticket-called",
        "hall/binjiang/state/hall",
    )
    assert asked == [SUCCESS, SUCCESS, SUCCESS, NOT_AUTHORIZED, NOT_AUTHORIZED]


def test_a_stolen_kiosk_calls_nobody_and_empties_no_hall(hall_broker: HallBroker) -> None:
    """What a kiosk and the screens beside it ask for in this project is allowed, and nothing else."""
    rooms = [path.read_text("utf-8") for room in ("kiosk", "display") for path in (ROOT / room).rglob("*.py")]
    asked = {
        kind for kind, struct in COMMANDS.items() if any(f"{struct.__name__}(" in text for text in rooms)
    }
    kinds = sorted(COMMANDS)
    codes = answers(hall_broker, "kiosk-1", SECRET, *(f"hall/binjiang/command/{kind}" for kind in kinds))
    assert codes[0] == SUCCESS and "call-next" in kinds and "reserve-ticket" in asked
    assert {kind for kind, code in zip(kinds, codes[1:], strict=True) if code == SUCCESS} == asked


def test_who_looks_on_says_nothing(hall_broker: HallBroker) -> None:
    assert answers(hall_broker, "watch", SECRET, "hall/binjiang/command/call-next") == [
        SUCCESS,
        NOT_AUTHORIZED,
    ]


def test_the_caller_says_everything(hall_broker: HallBroker) -> None:
    said = answers(
        hall_broker, "hall", SECRET, "hall/binjiang/event/ticket-called", "hall/binjiang/state/hall"
    )
    assert said == [SUCCESS, SUCCESS, SUCCESS]


def test_from_outside_only_through_tls(hall_broker: HallBroker) -> None:
    assert answers(hall_broker, "watch", SECRET, tls=True) == [SUCCESS]
