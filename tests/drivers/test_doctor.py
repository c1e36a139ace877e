"""One command says why a device does not work: ten that fail give one readable report, and hang nobody."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers import __main__ as front
from drivers.doctor import diagnose, report
from drivers.doctor.devices import Device, find
from drivers.doctor.finding import Finding, State
from drivers.doctor.language import into
from drivers.transport import open_url
from drivers.words import _
from tests.drivers.patients import closed, hall_file, holding, one, pty, silent, tcp

pytestmark = pytest.mark.usefixtures("hurry")


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
    assert [(str(f.spoken), str(f.state)) for f in findings] == [
        ("打印机 1", "fine"),
        ("窗口屏 3", "fine"),
        ("呼叫器 1-3、10", "open"),
        ("寻呼台", "fine"),
        ("语音 east", "fine"),
    ]
    assert report.fit(findings)
    assert str(report.summary(findings)) == "共 5 条线路，5 条可用。"


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
        "sign:3": ("找不到主机", "数字地址"),
        "pagers:terminal": ("占用", f"进程 {holder}", "python"),
        "sign:4": ("9600、19200、38400、57600、115200、4800、2400、1200", "没有应答", "对换 A、B"),
        "keypad:8": ("没有 /dev/input/no-such", "插头"),
        "voice:east": ("file",),
    }.items():
        for word in words:
            assert word in by_name[name], (name, word, by_name[name])
        assert by_name[name].splitlines()[0] in told
    assert "10 条故障：打印机 1-3、窗口屏 1-4、寻呼台、呼叫器 8、语音 east。" in told
    assert "10 at fault: Printer 1-3, sign 1-4, Paging terminal, Keypad 8, voice east." in report.table(
        findings, into("en")
    )
    assert len(told.splitlines()) <= 1 + 2 * 10 + 2
    said = json.loads(report.as_json(findings))
    assert said["fine"] is False and len(said["findings"]) == 10


def test_what_several_rows_need_says_for_how_many(stack: ExitStack) -> None:
    gone = [Device(f"sign:{n}", "onbon", closed()) for n in (1, 2, 3)]
    lines = report.table(diagnose([*gone, Device("sign:4", "onbon", "serial:/dev/hall/none")])).splitlines()
    assert next(line.strip()[:9] for line in lines if "→" in line) == "→ 以上 3 条："
    assert sum("→" in line for line in lines) == 2 and lines[4].strip().startswith("→")
    assert "→ these 3: " in report.table(diagnose(gone), into("en"))


def test_a_loudspeaker_that_is_a_folder_is_not_told_of_sound_cards(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = one(Device("voice:east", "voice", f"file:{tmp_path}/file/said"))
    assert found.state is State.FAULT and "目录" in found.todo and "aplay" not in found.todo


def test_a_device_that_hangs_and_a_driver_with_a_bug_cost_a_line_each(stack: ExitStack) -> None:
    hang = threading.Event()
    stack.callback(hang.set)

    def look(devices: list[Device]) -> Finding:
        match devices[0].which:
            case "1":
                hang.wait(60)
            case "2":
                raise KeyError("our bug")
        return Finding.of(devices, State.FINE, _("有应答"))

    devices = [Device(f"sign:{n}", "onbon", f"tcp:127.0.0.1:{n}") for n in (1, 2, 3)]
    hung, bug, fine = diagnose(devices, 0.5, look)
    assert "0.5 秒" in str(hung.answer)
    assert "our bug" in str(bug.answer) and "程序" in str(bug.todo)
    assert fine.state is State.FINE


def test_the_command_line(stack: ExitStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    printer = tcp(stack, "printer", tmp_path)
    file = hall_file(tmp_path, printer.url)
    assert front.main(["doctor", "--config", str(file), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    states = {finding["spoken"]: finding["state"] for finding in said["findings"]}
    assert states == {
        "消息服务": "fault",
        "打印机 1": "fine",
        "取号机记录 1": "fine",
        "语音 east": "fine",
        "记录": "fine",
        "手机页": "open",
    }
    assert front.main(["try", "printer:1", "--config", str(file), "请A001到3号窗口"]) == 0
    assert "打完了" in capsys.readouterr().out
    assert "请A001到3号窗口" in printer.sim.events[-1]["lines"]
    assert front.main(["try", "printer:4", "--config", str(file)]) == 64
    assert "printer:1" in capsys.readouterr().err
    printer.do("run_out_of_paper")
    assert front.main(["try", "printer:1", "--config", str(file)]) == 1
    assert capsys.readouterr().err == "printer:1: 打印机缺纸\n"
    file.write_text(file.read_text("utf-8").replace(printer.url, closed()), "utf-8")
    assert front.main(["try", "printer:1", "--config", str(file)]) == 1
    assert "\n→ 核对 hall.toml 里的端口" in capsys.readouterr().err
    file.write_text("[hall", "utf-8")
    assert front.main(["doctor", "--config", str(file)]) == 78
    assert "1 处要改" in capsys.readouterr().err
    file.write_text("[[sign]]\nwindow = 1\nurl = 'serial:ttyUSB0'", "utf-8")
    assert front.main(["doctor", "--config", str(file), "--language", "en"]) == 78
    assert '[sign 1] url = "serial:ttyUSB0": write it like tcp:' in capsys.readouterr().err


def test_a_device_is_found_by_either_way_to_write_its_name() -> None:
    devices = [Device("sign:3", "onbon", "x:"), Device("voice:east", "voice", "x:")]
    assert find(devices, "sign-3") is find(devices, "sign:3") is devices[0]
    with pytest.raises(LookupError, match="voice:east"):
        find(devices, "voice:west")


def test_the_doctor_lets_go_of_what_it_opened(stack: ExitStack, tmp_path: Path) -> None:
    card = tcp(stack, "onbon", tmp_path)
    device = Device("sign:3", "onbon", card.url)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _visit in range(5):
        assert one(device).state is State.FINE
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
    with open_url(card.url, "sign-3"):
        pass


def test_a_secret_is_read_and_never_told(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    url = closed().replace("tcp:", "http://") + "/call"
    hook = Device("pagers:terminal", "webhook", url, {"secret_file": str(file)})
    (missing,) = diagnose([hook])
    assert missing.state is State.FAULT and str(file) in str(missing.answer) and not missing.todo
    file.write_text("hunter2-hunter2-hunter2-hunter2\n")
    (found,) = diagnose([hook])
    assert str(file) not in str(found.answer)
    assert "hunter2" not in report.as_json([missing, found]) + report.table([missing, found])
