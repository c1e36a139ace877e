"""The doctor names the cause: the baud rate, the group, who holds it, what is plugged in instead."""

from __future__ import annotations

import errno
import grp
import os
import shutil
import ssl
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import usb
from drivers.doctor import cause, probe, trial
from drivers.doctor.devices import Device, ranges
from drivers.doctor.finding import State
from drivers.errors import DeviceError, DeviceLost
from tests.drivers.patients import NOBODY, closed, one, pty, tcp, told
from tests.drivers.test_idcard import CARD

pytestmark = pytest.mark.usefixtures("hurry")


def test_without_permission_the_group_is_named() -> None:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    path = folder / "ttyUSB0"
    path.touch()
    path.chmod(0o060)
    was = os.geteuid()
    if was == 0:
        os.chown(path, -1, grp.getgrnam("dialout").gr_gid)
    group = path.group()
    try:
        if was == 0:
            os.seteuid(NOBODY)
        found = one(Device("printer:1", "printer", f"file:{path}", {"profile": "80mm"}))
        user = cause.user_name()
        path_hidden = str(cause.permission(path))
    finally:
        os.seteuid(was)
        shutil.rmtree(folder)
    assert (
        found.todo == path_hidden == f"{user} 不在 {group} 组：sudo usermod -aG {group} {user}，然后重新登录"
    )


def test_a_device_that_the_hall_itself_uses_is_not_called_broken(tmp_path: Path) -> None:
    line = tmp_path / "ttyS9"
    line.touch()
    process = tmp_path / "proc" / "4242"
    (process / "fd").mkdir(parents=True)
    (process / "fd" / "7").symlink_to(line)
    (process / "cmdline").write_bytes(b"python\0-m\0display\0signs\0")
    said = str(cause.busy([line], tmp_path / "proc"))
    assert said.startswith("占用它的是 python -m display signs（进程 4242）")
    assert "systemctl stop hall.target" in said
    assert "sudo" in str(cause.busy([tmp_path / "other"], tmp_path / "proc"))


def test_whoever_holds_a_usb_printer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CUPS takes a printer through libusb: its file is the one of the bus."""
    printer, node = tmp_path / "sys" / "1-2", tmp_path / "bus" / "001" / "007"
    printer.mkdir(parents=True)
    for name, content in {"idVendor": "04b8", "idProduct": "0202", "busnum": "1", "devnum": "7"}.items():
        (printer / name).write_text(f"{content}\n")
    node.parent.mkdir(parents=True)
    node.touch()
    process = tmp_path / "proc" / "77"
    (process / "fd").mkdir(parents=True)
    (process / "fd" / "9").symlink_to(node)
    (process / "cmdline").write_bytes(b"/usr/lib/cups/backend/usb\0")
    monkeypatch.setattr(usb, "SYS_BUS", tmp_path / "sys")
    monkeypatch.setattr(usb, "DEV_BUS", tmp_path / "bus")
    lost = DeviceLost("printer:1")
    lost.__cause__ = OSError(errno.EBUSY, "busy")
    said = str(cause.todo(lost, "usb:04B8:0202?serial=J1", proc=tmp_path / "proc"))
    assert said == "占用它的是 /usr/lib/cups/backend/usb（进程 77）。先停掉它"


def test_what_is_plugged_in_instead_is_told(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB1").touch()
    lost = DeviceLost("sign-1")
    lost.__cause__ = FileNotFoundError(errno.ENOENT, "no")
    assert f"{tmp_path}/ttyUSB1" in str(cause.todo(lost, "serial:/dev/ttyUSB0", dev=tmp_path))
    (tmp_path / "ttyUSB1").unlink()
    assert "没有这类设备" in str(cause.todo(lost, "serial:/dev/ttyUSB0", dev=tmp_path))


def test_a_name_that_nobody_knows_and_a_node_that_is_not_there_are_told_in_chinese() -> None:
    named = one(Device("sign:5", "onbon", "tcp:no-such-sign.invalid:5005"))
    assert "找不到主机" in named.answer and "数字地址" in named.todo
    pad = one(Device("keypad:8", "usb", "evdev:/dev/hall/keypad-8"))
    assert pad.answer == "打不开数字键盘：没有 /dev/hall/keypad-8：设备没插上，或路径写错了"


def test_names_of_many_on_one_wire_are_short() -> None:
    assert ranges(["1", "2", "3", "10", "7"]) == ["1-3", "7", "10"]
    assert ranges(["east", "west"]) == ["east", "west"]


def test_a_sign_a_pager_and_a_voice_are_tried(stack: ExitStack, tmp_path: Path) -> None:
    said: list[str] = []
    card, terminal = tcp(stack, "onbon", tmp_path), pty(stack, "tap")
    trial.attempt(
        Device("sign:3", "onbon", card.url, {"width_dots": 128, "height_dots": 32}), "", said.append
    )
    assert any("请A001到3号窗口" in str(event) for event in card.sim.events)
    pager = Device("pager:7", "pager", terminal.url, {"capcode": "1000007"})
    trial.attempt(pager, "A001 -> 3", said.append)
    assert any("A001 -> 3" in str(event) for event in terminal.sim.events)
    trial.attempt(Device("voice:east", "voice", f"file:{tmp_path}/said"), "请到三号窗口", said.append)
    assert len(list((tmp_path / "said").glob("*.wav"))) == 1
    with pytest.raises(DeviceError, match="没有这类设备的试法"):
        trial.attempt(Device("touch:1", "touch", "evdev:/dev/input/x"), "", said.append)


def test_words_that_no_pager_takes_are_told_in_the_readers_language(stack: ExitStack) -> None:
    pager = Device("pager:7", "pager", pty(stack, "tap").url, {"capcode": "1000007"})
    with pytest.raises(DeviceError, match="牌子收不了“请到三号窗口”"):
        trial.attempt(pager, "请到三号窗口", lambda _said: None)


def test_every_kind_of_terminal_has_advice_of_its_own(stack: ExitStack, tmp_path: Path) -> None:
    key = tmp_path / "sms.key"
    key.write_text("sixteen characters or more")
    folder = one(Device("pagers:terminal", "pocsag", f"file:{tmp_path}/none", {"form": "wav"}))
    refuses = closed().replace("tcp:", "http://") + "/calls"
    hook = one(Device("pagers:terminal", "webhook", refuses, {"secret_file": str(key)}))
    assert "能写" in folder.todo and "curl" in hook.todo
    assert not any("串口" in each.todo for each in (folder, hook))


def test_a_certificate_that_does_not_fit_is_not_taken_for_a_file_that_may_not_be_opened() -> None:
    lost = DeviceLost("pagers:terminal")
    lost.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
    assert str(cause.todo(lost, "https://sms.example.cn/hall/calls")).startswith("证书不对")
    lost.__cause__ = TimeoutError("no answer in 5 s")
    assert not cause.todo(lost, "https://sms.example.cn/hall/calls"), "and no word of ping //sms.example.cn"


def test_a_fifo_that_no_program_reads_is_told_as_that(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pocsag")
    found = one(Device("pagers:terminal", "pocsag", f"file:{tmp_path}/pocsag"))
    assert (found.answer, found.todo) == (
        f"没有程序在读 {tmp_path}/pocsag",
        "先启动读这个 FIFO 的程序，再开大厅",
    )


def test_a_keypad_is_tried_by_pressing_it(stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    pads = pty(stack, "pad", addresses="3,5")
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if "任意一个键" in line:
            pads.do("press", address=5, key="RECALL")
        elif "地址 5" in line:
            pads.do("press", address=3, key="NEXT", digits="12")

    device = Device("keypad:3", "rs485", pads.url, {"address": 3})
    trial.attempt(device, "", say)
    assert said[-2:] == ["听到的是地址 5 的键，等的是地址 3", "按下了 12 NEXT"]
    monkeypatch.setattr(trial, "WAIT", 0.1)
    with pytest.raises(DeviceError, match="没有听到按键"):
        trial.attempt(device, "", said.append)


def test_the_code_of_a_key_that_no_chart_has_is_told(stack: ExitStack) -> None:
    pads = pty(stack, "pad", addresses="3", codes="GREEN:33+NEXT:12")
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        pads.do("press", address=3, key="GREEN" if "任意一个键" in line else "NEXT")

    trial.attempt(Device("keypad:3", "rs485", pads.url, {"address": 3}), "", say)
    _asked, *strange, pressed = said  # nobody acknowledges it, so the pad may say it again
    assert strange and all(line.startswith("地址 3：键码 0x21 不在键码表里") for line in strange)
    assert pressed == "按下了 NEXT"
    device = Device("keypad:3", "rs485", pads.url, {"address": 3, "codes": {"GREEN": 33}})
    said.clear()
    trial.attempt(device, "", say)
    assert said[1:] == ["按下了 GREEN"], "a model's own keys have their names"


def test_modbus_boxes_on_one_wire_are_asked_one_by_one(
    stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "BAUDS", (9600, 19200, 38400))
    line = pty(stack, "buttons", addresses="1,2")
    rows = [Device(f"keypad:{n}", "modbus", line.url, {"address": n, "keys": 8}) for n in (1, 2)]
    (fine,) = told(rows)
    assert (fine.state, fine.spoken) == (State.FINE, "呼叫器 1-2")
    absent = Device("keypad:7", "modbus", line.url, {"address": 7, "keys": 8})
    (found,) = told([*rows, absent])
    assert found.state is State.FAULT and "窗口 7 的按键盒没有应答" in found.answer
    (nobody,) = told([absent])
    assert nobody.answer == "总线打开了，没有一个按键盒应答"
    assert "试过波特率 9600、19200、38400" in nobody.todo and "对换 A、B" in nobody.todo


def test_readers_are_asked_without_a_card_and_tried_with_one(
    stack: ExitStack, tmp_path: Path, hurry: None
) -> None:
    key = tmp_path / "id.key"
    cards, codes = pty(stack, "idcard"), pty(stack, "scanner")
    reader = Device("reader:1-idcard", "idcard", cards.url, {"key_file": str(key)})
    keyless = one(reader)
    assert (keyless.state, keyless.answer) == (
        State.FAULT,
        f"没有证件密钥 {key}：head -c 32 /dev/urandom > {key}，再 chmod 600",
    )
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    assert one(reader).state is State.FINE
    nobody = one(Device("reader:1-idcard", "idcard", pty(stack, "pad").url, {"key_file": str(key)}))
    assert nobody.state is State.FAULT and "都没有应答" in nobody.todo
    scanner = Device("reader:1-scanner", "scanner", codes.url)
    assert one(scanner).answer == "扫码模块有应答"
    deaf = one(Device("reader:1-scanner", "scanner", pty(stack, "candle").url))
    assert (deaf.state, deaf.todo) == (State.OPEN, "./hall try reader:1-scanner")
    said: list[str] = []
    cards.do("lay", **CARD)
    trial.attempt(reader, "", said.append)

    def hold(line: str) -> None:
        said.append(line)
        if "请" in line:
            codes.do("scan", code="https://hall.example/A012")

    trial.attempt(scanner, "", hold)
    assert said == [
        "请在 30 秒内把证件放到读卡器上",
        "读到了：张*女士，年龄段 60+；号码留在驱动里",
        "请在 30 秒内把一个码放到扫码器下面",
        "扫到了 25 个字，开头是“http”",
    ]
