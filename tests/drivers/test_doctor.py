"""One command says why a device does not work: ten that fail give one readable report, and hang nobody."""

from __future__ import annotations

import errno
import grp
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import tomli_w

from drivers import __main__ as front
from drivers.doctor import cause, diagnose, probe, report, trial
from drivers.doctor.devices import Device, find
from drivers.doctor.finding import Finding, State, ranges
from drivers.errors import DeviceError, DeviceLost
from drivers.sim import host, make
from drivers.transport import open_url

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Simulators answer at once."""
    monkeypatch.setattr(probe, "PATIENT", 0.4)
    monkeypatch.setattr(probe, "HASTY", 0.15)


def tcp(stack: ExitStack, kind: str, out: Path | None = None) -> host.Served:
    return stack.enter_context(host.serve_tcp(make(kind, kind, out, {})))


def pty(stack: ExitStack, kind: str, **options: str) -> host.Served:
    return stack.enter_context(host.serve_pty(make(kind, kind, None, options)))


def silent(stack: ExitStack) -> str:
    """A device that takes the connection and never says a word."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    return f"tcp:127.0.0.1:{listener.getsockname()[1]}"


def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"tcp:127.0.0.1:{free.getsockname()[1]}"


def holding(stack: ExitStack, path: str) -> int:
    """Another program that has the line for itself."""
    code = "import serial, sys, time; p = serial.Serial(sys.argv[1], exclusive=True); print(1, flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; time.sleep(60)", path], stdout=subprocess.PIPE, text=True
    )
    stack.callback(process.communicate)
    stack.callback(process.kill)
    assert process.stdout is not None and process.stdout.readline()
    return process.pid


def one(device: Device) -> Finding:
    (found,) = diagnose([device])
    return found


def test_a_hall_whose_devices_all_answer(stack: ExitStack, tmp_path: Path) -> None:
    pads = pty(stack, "pad", addresses="1-3")
    printer = tcp(stack, "printer", tmp_path)
    findings = diagnose(
        [
            Device("printer:1", "printer", printer.url, {"profile": "80mm"}),
            Device("sign:3", "onbon", tcp(stack, "onbon", tmp_path).url),
            *(Device(f"keypad:{n}", "rs485", pads.url, {"address": n}) for n in (1, 2, 3, 10)),
            Device("pagers:terminal", "tap", pty(stack, "tap").url),
            Device("pager:7", "pager", "not asked", {"capcode": "1000007"}),
            Device("voice:east", "voice", f"file:{tmp_path}/said"),
        ]
    )
    assert [(f.spoken, str(f.state)) for f in findings] == [
        ("打印机 1", "fine"),
        ("窗口屏 3", "fine"),
        ("呼叫器 1-3、10", "open"),
        ("寻呼台", "fine"),
        ("语音 east", "fine"),
    ]
    assert report.fit(findings)
    assert report.summary(findings) == "共 5 条线路，5 条可用。"


def test_ten_devices_that_fail_give_one_report_with_a_cause_for_each(
    stack: ExitStack, tmp_path: Path
) -> None:
    empty, cover = tcp(stack, "printer"), tcp(stack, "printer")
    empty.do("run_out_of_paper")
    cover.do("open_cover")
    busy, mute = pty(stack, "tap"), pty(stack, "pad")
    holder = holding(stack, busy.url.removeprefix("serial:"))
    (tmp_path / "file").touch()
    devices = [
        Device("printer:1", "printer", empty.url, {"profile": "80mm"}),
        Device("printer:2", "printer", cover.url, {"profile": "80mm"}),
        Device("printer:3", "printer", f"file:{tmp_path}/lp9", {"profile": "80mm"}),
        Device("sign:1", "onbon", closed()),
        Device("sign:2", "onbon", silent(stack)),
        Device("sign:3", "onbon", "tcp:no-such-host.invalid:5005"),
        Device("pagers:terminal", "tap", busy.url),
        Device("sign:4", "onbon", mute.url),
        Device("keypad:8", "usb", "evdev:/dev/input/no-such"),
        Device("voice:east", "voice", f"file:{tmp_path}/file/said"),
    ]
    findings = diagnose(devices)
    told = report.table(findings)
    assert [f.state for f in findings] == [State.FAULT] * 10
    assert not report.fit(findings)
    by_name = {f.devices[0]: f"{f.answer}\n{f.todo}" for f in findings}
    for name, words in {
        "printer:1": ("缺纸", "换一卷纸"),
        "printer:2": ("盖子开着", "合上"),
        "printer:3": ("lp9", "没插上"),
        "sign:1": ("拒绝连接", "hall.toml"),
        "sign:2": ("没有应答", "电源"),
        "sign:3": ("找不到主机", "电源"),
        "pagers:terminal": ("占用", f"进程 {holder}", "python"),
        "sign:4": ("9600、19200、38400、57600、115200、4800、2400、1200", "没有应答", "对换 A、B"),
        "keypad:8": ("no-such",),
        "voice:east": ("file",),
    }.items():
        for word in words:
            assert word in by_name[name], (name, word, by_name[name])
        assert by_name[name].splitlines()[0] in told
    assert "10 条故障" in told
    assert len(told.splitlines()) <= 1 + 2 * 10 + 2
    said = json.loads(report.as_json(findings))
    assert said["fine"] is False and len(said["findings"]) == 10


def test_a_device_that_hangs_and_a_driver_with_a_bug_cost_a_line_each(stack: ExitStack) -> None:
    hang = threading.Event()
    stack.callback(hang.set)

    def look(devices: list[Device]) -> Finding:
        match devices[0].which:
            case "1":
                hang.wait(60)
            case "2":
                raise KeyError("our bug")
        return Finding.of(devices, State.FINE, "有应答")

    devices = [Device(f"sign:{n}", "onbon", f"tcp:127.0.0.1:{n}") for n in (1, 2, 3)]
    hung, bug, fine = diagnose(devices, 0.5, look)
    assert "0.5 秒" in hung.answer
    assert "our bug" in bug.answer and "程序" in bug.todo
    assert fine.state is State.FINE


class AtBaud:
    """A device on a pty that hears only what is sent at its own speed, as on a real line."""

    def __init__(self, stack: ExitStack, kind: str, speed: int) -> None:
        self.sim = make(kind, kind, None, {})
        self.speed = speed
        self.master, slave = os.openpty()
        self.path = os.ttyname(slave)
        self.done = threading.Event()
        thread = threading.Thread(target=self.run)
        thread.start()
        stack.callback(os.close, self.master)
        stack.callback(os.close, slave)
        stack.callback(thread.join)
        stack.callback(self.done.set)
        os.set_blocking(self.master, False)

    def run(self) -> None:
        while not self.done.wait(0.01):
            try:
                heard = os.read(self.master, 4096)
            except OSError:
                continue
            if termios.tcgetattr(self.master)[4] == self.speed:
                os.write(self.master, self.sim.receive(heard))


def test_a_wrong_baud_rate_is_found_and_the_right_url_is_told(stack: ExitStack) -> None:
    card = AtBaud(stack, "onbon", termios.B57600)
    found = one(Device("sign:1", "onbon", f"serial:{card.path}?baud=9600"))
    assert found.state is State.FAULT
    right = f"serial:{card.path}?baud=57600"
    assert found.todo == f"波特率 57600 有应答：把 url 改成 {right}"
    assert one(Device("sign:1", "onbon", right)).state is State.FINE


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
        path_hidden = cause.permission(path)
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
    said = cause.busy(line, tmp_path / "proc")
    assert said.startswith("占用它的是 python -m display signs（进程 4242）")
    assert "systemctl stop hall.target" in said
    assert "sudo" in cause.busy(tmp_path / "other", tmp_path / "proc")


def test_what_is_plugged_in_instead_is_told(tmp_path: Path) -> None:
    (tmp_path / "ttyUSB1").touch()
    lost = DeviceLost("sign-1")
    lost.__cause__ = FileNotFoundError(errno.ENOENT, "no")
    assert f"{tmp_path}/ttyUSB1" in cause.todo(lost, "serial:/dev/ttyUSB0", dev=tmp_path)
    (tmp_path / "ttyUSB1").unlink()
    assert "没有这类设备" in cause.todo(lost, "serial:/dev/ttyUSB0", dev=tmp_path)


def test_names_of_many_on_one_wire_are_short() -> None:
    assert ranges(["1", "2", "3", "10", "7"]) == "1-3、7、10"
    assert ranges(["east", "west"]) == "east、west"


def hall_file(tmp_path: Path, printer: str) -> Path:
    raw = tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))
    raw["broker"] = {"port": int(closed().rpartition(":")[2])}
    raw["kiosk"] = raw["kiosk"][:1]
    raw["kiosk"][0]["printer"] = {"url": printer, "profile": "80mm"}
    raw["sign"], raw["keypad"], raw["pager"] = [], [], []
    del raw["pager_terminal"]
    raw["voice"] = [{"id": "east", "zones": ["east"], "out": f"file:{tmp_path}/said"}]
    file = tmp_path / "hall.toml"
    file.write_text(tomli_w.dumps(raw), "utf-8")
    return file


def test_the_command_line(stack: ExitStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printer = tcp(stack, "printer", tmp_path)
    file = hall_file(tmp_path, printer.url)
    assert front.main(["doctor", "--config", str(file), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    states = {finding["spoken"]: finding["state"] for finding in said["findings"]}
    assert states == {"消息服务": "fault", "打印机 1": "fine", "语音 east": "fine"}
    assert front.main(["try", "printer:1", "--config", str(file), "请A001到3号窗口"]) == 0
    assert "打完了" in capsys.readouterr().out
    assert "请A001到3号窗口" in printer.sim.events[-1]["lines"]
    assert front.main(["try", "printer:4", "--config", str(file)]) == 64
    assert "printer:1" in capsys.readouterr().err
    printer.do("run_out_of_paper")
    assert front.main(["try", "printer:1", "--config", str(file)]) == 1
    assert "缺纸" in capsys.readouterr().err
    file.write_text("[hall", "utf-8")
    assert front.main(["doctor", "--config", str(file)]) == 78


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


def test_a_device_is_found_by_either_way_to_write_its_name() -> None:
    devices = [Device("sign:3", "onbon", "x:"), Device("voice:east", "voice", "x:")]
    assert find(devices, "sign-3") is find(devices, "sign:3") is devices[0]
    with pytest.raises(LookupError, match="voice:east"):
        find(devices, "voice:west")


def test_the_doctor_lets_go_of_what_it_opened(stack: ExitStack, tmp_path: Path) -> None:
    card = tcp(stack, "onbon", tmp_path)
    device = Device("sign:3", "onbon", card.url)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        assert one(device).state is State.FINE
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
    with open_url(card.url, "sign-3"):
        pass


def test_a_secret_is_read_and_never_told(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    url = closed().replace("tcp:", "http://") + "/call"
    hook = Device("pagers:terminal", "webhook", url, {"secret_file": str(file)})
    missing = one(hook)
    assert missing.state is State.FAULT and str(file) in missing.answer
    file.write_text("hunter2-hunter2-hunter2-hunter2\n")
    found = one(hook)
    assert str(file) not in found.answer
    assert "hunter2" not in report.as_json([missing, found]) + report.table([missing, found])


def test_modbus_boxes_on_one_wire_are_asked_one_by_one(stack: ExitStack) -> None:
    line = pty(stack, "buttons", addresses="1,2")
    rows = [Device(f"keypad:{n}", "modbus", line.url, {"address": n, "keys": 8}) for n in (1, 2)]
    (fine,) = diagnose(rows)
    assert (fine.state, fine.spoken) == (State.FINE, "呼叫器 1-2")
    absent = Device("keypad:7", "modbus", line.url, {"address": 7, "keys": 8})
    (found,) = diagnose([*rows, absent])
    assert found.state is State.FAULT and "窗口 7 的按钮盒没有应答" in found.answer


def test_an_id_card_reader_is_asked_without_a_card(stack: ExitStack) -> None:
    reader = Device("reader:1-idcard", "idcard", pty(stack, "idcard").url)
    assert one(reader).state is State.FINE
    nobody = Device("reader:1-idcard", "idcard", pty(stack, "pad").url)
    assert one(nobody).state is State.FAULT
