"""The doctor asks for whatever hall.toml names beside the devices: the broker, the journal, secrets, files, servers."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.doctor import diagnose, report
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from tests.broker import Broker
from tests.drivers.bookingserver import BookingServer
from tests.drivers.patients import Told, closed, one, silent

pytestmark = pytest.mark.usefixtures("hurry")
FORBIDDEN = bytes.fromhex("20030087 00".replace(" ", ""))  # MQTT 5 CONNACK, reason 0x87: not authorized


def written(path: Path) -> Told:
    return one(Device("book:1", "written", f"file:{path}"))


def test_the_broker_lets_the_hall_in(broker: Broker, stack: ExitStack, tmp_path: Path) -> None:
    there = Device("broker:main", "broker", f"tcp:127.0.0.1:{broker.port}")
    assert one(there).state is State.FINE
    gone = one(Device("broker:main", "broker", closed()))
    assert gone.state is State.FAULT and "拒绝连接" in gone.answer and gone.todo
    mute = one(Device("broker:main", "broker", silent(stack)))
    assert mute.answer == "端口开着，但没有人应答 MQTT" and "mosquitto" in mute.todo
    secret = {"user": "hall", "password_file": str(tmp_path / "password")}
    assert str(tmp_path / "password") in one(Device("broker:main", "broker", there.url, secret)).answer
    (tmp_path / "password").write_text("hunter2\n")
    assert one(Device("broker:main", "broker", there.url, secret)).state is State.FINE
    (refused,) = diagnose([Device("broker:main", "broker", refusing(stack), secret)])
    assert refused.state is State.FAULT and "Not authorized" in str(refused.answer)
    assert "password_file" in str(refused.todo) and "hunter2" not in report.as_json([refused])


def refusing(stack: ExitStack) -> str:
    """A broker that knows nobody."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def refuse() -> None:
        connection, _address = listener.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(FORBIDDEN)

    thread = threading.Thread(target=refuse)
    thread.start()
    stack.callback(thread.join)
    return f"tcp:127.0.0.1:{listener.getsockname()[1]}"


def test_the_journal_is_read_or_can_be_made(tmp_path: Path) -> None:
    def asked(file: Path) -> Told:
        url = f"sqlite:///{file}"
        return one(Device("journal:main", "journal", url, {"database": url}))

    assert (asked(tmp_path / "new.db").state, asked(tmp_path / "no" / "new.db").state) == (
        State.FINE,
        State.FAULT,
    )
    (tmp_path / "bad.db").write_bytes(b"not a database, whatever its name says" * 40)
    bad = asked(tmp_path / "bad.db")
    assert bad.state is State.FAULT and "bad.db" in bad.answer and "verify" in bad.todo
    (tmp_path / "good.db").touch()
    assert asked(tmp_path / "good.db").answer == "记录读得到"


def test_a_database_that_is_not_there_is_told_without_its_password() -> None:
    port = closed().rpartition(":")[2]
    url = f"postgresql+psycopg://hall:hunter2@127.0.0.1:{port}/hall"
    shown = url.replace("hunter2", "***")
    (found,) = diagnose([Device("journal:main", "journal", shown, {"database": url})])
    assert found.state is State.FAULT and port in str(found.answer)
    assert "hunter2" not in report.table([found]) + report.as_json([found])


def test_what_the_hall_writes_for_itself_has_a_place(tmp_path: Path) -> None:
    assert written(tmp_path / "kiosk.book").state is State.FINE
    nowhere = written(tmp_path / "gone" / "kiosk.book")
    assert (nowhere.state, nowhere.answer) == (State.FAULT, f"没有目录 {tmp_path / 'gone'}")


def test_secrets_are_looked_at_and_not_told(tmp_path: Path) -> None:
    pin, key = tmp_path / "setup.pin", tmp_path / "id.key"
    asked = Device("pin:main", "sealed", f"file:{pin}", {"line": r"scrypt:[0-9a-f]{4}"})
    missing = one(asked)
    assert missing.state is State.FAULT and str(pin) in missing.answer and "kiosk.pin" in missing.todo
    pin.write_text("123456\n")
    assert one(asked).answer == f"{pin} 里的密码不是这样写的"
    pin.write_text("scrypt:00ff\n")
    assert one(asked) == Told(State.FINE, "维护密码", "维护密码在", "")
    card = Device("key:main", "key", f"file:{key}")
    assert one(card).state is State.FAULT
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    assert one(card).answer == "证件密钥在"


def test_files_that_are_shown_are_all_there(tmp_path: Path) -> None:
    there, gone = tmp_path / "one.png", tmp_path / "film.mp4"
    there.touch()
    both = {"files": [str(there), str(gone)]}
    found = one(Device("playlist:board-main", "files", f"file:{there}", both))
    assert (found.spoken, found.answer) == ("播放文件 board-main", f"读不到 {gone}")
    gone.touch()
    assert one(Device("playlist:board-main", "files", f"file:{there}", both)).answer == "2 个文件都在"


def test_the_booking_server_is_asked_as_the_hall_asks_it(tmp_path: Path) -> None:
    token = tmp_path / "token"
    options = {"token_file": str(token), "patience": 1}
    with BookingServer() as city:
        asked = Device("bookings:main", "bookings", city.url, options)
        assert str(token) in one(asked).answer, "its token cannot be read"
        token.write_text("secret\n")
        city.books("BJ0001", "09:00")
        assert one(asked).answer == "平台有应答，列出 1 个预约"
        assert city.tokens == ["Bearer secret"]
        city.manner = "refuse"
        assert one(asked).answer.startswith("拒绝了我们：401")
        city.manner = "garbage"
        assert one(asked).state is State.FAULT
    assert one(asked).answer.startswith("连不上")


def test_the_registration_system_is_asked_for_a_case_that_cannot_be() -> None:
    with BookingServer() as other:  # any HTTP server will do that is no registration system
        asked = Device("progress:main", "progress", f"{other.url}/{{number}}", {"digits": 6, "patience": 1})
        found = one(asked)
    assert (found.state, found.answer) == (State.FAULT, "回答读不懂")
    assert one(asked).answer == "连不上"


def test_the_phone_page_is_open_or_its_port_is_free(stack: ExitStack) -> None:
    assert one(Device("phone:main", "phone", closed())).state is State.OPEN
    assert one(Device("phone:main", "phone", silent(stack))).answer == "手机页开着"
    elsewhere = one(Device("phone:main", "phone", "tcp:no-such-host.invalid:8088"))
    assert elsewhere.state is State.FAULT and "找不到主机" in elsewhere.answer


def test_addresses_for_phones_need_not_be_reached_from_the_hall() -> None:
    nowhere = closed().replace("tcp:", "http://") + "/t/"
    with BookingServer() as page:
        asked = Device("links:main", "links", page.url, {"urls": [page.url, nowhere]})
        found = one(asked)
    assert (found.state, found.answer) == (State.HEED, f"从这里打不开 {nowhere}")
