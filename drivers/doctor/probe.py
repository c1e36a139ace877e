"""How each kind of device is asked how it is: open the wire, ask, and put the answer into words.

A probe raises DeviceError like its driver does; `examine` turns that into a finding with its cause. For a
serial line on which nothing answers, the other usual baud rates are tried, so that the report can say either
"write this" or "none of these".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from msgspec import structs

from drivers.doctor import cause
from drivers.doctor.described import boxes_of, bus_of, gateway_of, hung, reader_of, usb_pad_of
from drivers.doctor.devices import Device
from drivers.doctor.finding import Finding, State
from drivers.errors import DeviceError, DeviceLost
from drivers.pager.gateway import KINDS as GATEWAYS
from drivers.printer import PROFILES, PaperLevel, Printer
from drivers.reader.idcard import IdCardReader
from drivers.reader.person import SHORTEST_KEY
from drivers.reader.scanner import SerialScanner
from drivers.reader.watch import key_of
from drivers.sign.open import KINDS
from drivers.sign.wired import WiredSign
from drivers.transport import open_url

BAUDS = (9600, 19200, 38400, 57600, 115200, 4800, 2400, 1200)
Answer = tuple[State, str, str]  # state, what was heard, what to do
SILENT_SIGNS = ("candle", "hub75")
Probe = Callable[[Device, float], Answer]  # seconds: how long to wait for each answer


def examine(devices: list[Device]) -> Finding:
    """One wire: opened, asked, and if that failed, why."""
    device = devices[0]
    probe, asks = PROBES.get(device.kind, (open_only, False))
    if device.kind == "modbus":
        probe, asks = partial(boxes, devices), True
    try:
        return Finding.of(devices, *probe(device, PATIENT))
    except (DeviceError, ValueError) as error:
        said = error.why if isinstance(error, DeviceError) and error.why else str(error)
        todo = advice(device, error)
        if not cause.errno_of(error) and asks and device.url.startswith("serial:"):
            todo = other_bauds(device, probe)
        return Finding.of(devices, State.FAULT, said, todo)


def advice(device: Device, error: DeviceError | ValueError) -> str:
    """What a person can do about a device that failed with this error."""
    if not isinstance(error, DeviceLost):
        return ""  # it is there, and has said itself what it wants
    return cause.todo(error, device.url) or HINTS.get(device.kind) or HINTS.get(device.family, "")


SEARCH = 20.0  # seconds for all other baud rates: slow ones are tried last
TRIES = 3  # to hear each of many boxes on a line: a busy machine may miss one's turn
PATIENT, HASTY = 2.0, 0.5  # seconds for an answer: of a device as configured, of one at another baud rate
HINTS = {
    "printer": "看打印机的电源和指示灯；网口打印机按住走纸键开机会打出它的地址",
    "sign": "看屏和控制卡的电源；网口卡 ping 一下，RS-485 卡对换 A、B 两线",
    "hub75": "在接屏的树莓派上装 rpi-rgb-led-matrix 的 Python 模块，以 root 运行，停用声卡（docs/hardware.md）",
    "rumble": "插上震动器，用 udev 规则给它名字（systemd/70-hall.rules）；ls -l /dev/hall",
    "pagers": "看寻呼台的电源，串口线要用直通还是交叉；默认 9600 7E1",
    "voice": "aplay -l 列出声卡；espeak-ng 和 alsa-utils 要装上",
    "reader": "看读卡器的电源和串口线；串口读卡器默认 115200",
    "touch": "看触摸屏的 USB 线；ls -l /dev/input/by-id",
    "keypad": "看呼叫器的电源；ls -l /dev/serial/by-id /dev/input/by-path",
}


def other_bauds(device: Device, probe: Probe) -> str:
    """What the line answers to: the URL that works, or the rates that do not."""
    path, _, query = device.url.partition("?")
    options = dict(parse_qsl(query))
    tried = [options.get("baud", "9600")]
    until = time.monotonic() + SEARCH
    for baud in map(str, BAUDS):
        if baud in tried or time.monotonic() > until:
            continue
        url = f"{path}?{urlencode(options | {'baud': baud})}"
        tried.append(baud)
        try:
            probe(Device(device.name, device.kind, url, device.options), HASTY)
        except DeviceError:
            continue
        return f"波特率 {baud} 有应答：把 url 改成 {url}"
    rates = "、".join(tried)
    return f"试过波特率 {rates}，都没有应答：看电源，对换 A、B（RS-485）或 TX、RX（RS-232）两线"


def open_only(device: Device, _: float) -> Answer:
    """For a device that cannot be asked anything."""
    with open_url(device.url, device.name):
        return State.OPEN, "线路打开了；这种设备不会应答查询", ""


def broker(device: Device, _: float) -> Answer:
    with open_url(device.url, device.name):
        return State.FINE, "端口有应答", ""


def printer(device: Device, seconds: float) -> Answer:
    profile = PROFILES[str(device.options.get("profile", "80mm"))]
    with Printer(device.name, device.url, profile, answer=seconds) as asked:
        state = asked.status()
    if not profile.dle_eot:
        return State.OPEN, "线路打开了；这个型号不应答查询", ""
    if state.cover_open:
        return State.FAULT, "盖子开着", "合上盖子"
    if state.paper is PaperLevel.OUT:
        return State.FAULT, "缺纸", "换一卷纸"
    if state.cutter_error:
        return State.FAULT, "切纸刀卡住", "关机，取出碎纸，再开机"
    if not state.ready:
        return State.FAULT, "脱机" if not state.unrecoverable_error else "故障", "关机再开机；仍不行就送修"
    if state.paper is PaperLevel.NEAR:
        return State.HEED, "有应答，纸快用完", "备好一卷纸"
    return State.FINE, "有应答，纸够，刀和盖子都好", ""


def sign(device: Device, seconds: float) -> Answer:
    asked = hung(device)
    if isinstance(asked, WiredSign):
        asked.reply = seconds
        asked.sends = asked.sends if seconds >= PATIENT else 1
    with asked:
        pass
    if not device.options.get("answers", True):
        return State.OPEN, "线路打开了；这条线没有回程，屏有没有亮要用眼看", ""
    if device.kind in SILENT_SIGNS:
        return State.OPEN, "打开了；这种屏不会应答，有没有亮要用眼看", f"./hall try {device.name}"
    return State.FINE, "控制卡有应答", ""


def tap(device: Device, seconds: float) -> Answer:
    from drivers.pager.tap import Patience

    patience = Patience(ask=seconds, login=2 * seconds, go_ahead=2 * seconds)
    with gateway_of(device.kind, device, patience=patience):
        return State.FINE, "寻呼台让我们登录了", ""


def gateway(device: Device, _: float) -> Answer:
    with gateway_of(device.kind, device) as wire:
        wire.check()
    return State.OPEN, "打开了；牌子震不震要看手里", "./hall try pager:牌号"


def pads(device: Device, _: float) -> Answer:
    with bus_of(device):
        return (
            State.OPEN,
            "总线打开了；呼叫器只在按键时说话",
            f"要试按键：./hall try {device.name}",
        )


def boxes(devices: Sequence[Device], first: Device, seconds: float) -> Answer:
    """Whichever box of the line, at the URL of `first`, is silent is named. Raises DeviceLost if all are."""
    there = [structs.replace(device, url=first.url) for device in devices]
    silent = [device.which for device in there]
    for _ in range(TRIES if seconds >= PATIENT else 1):
        with boxes_of(there) as wire:
            try:
                wire.presses(0.3 * len(there))
            except DeviceLost as lost:
                if cause.errno_of(lost):
                    raise
            answered = {str(a) for a, box in wire.boxes.items() if box.before is not None}
        silent = [d.which for d in there if str(d.options["address"]) not in answered]
        if not silent:
            break
    if len(silent) == len(there):
        raise DeviceLost(first.name, "总线打开了，没有一个按键盒应答")
    if silent:
        said = f"总线打开了，窗口 {'、'.join(silent)} 的按键盒没有应答"
        return State.FAULT, said, "核对它的地址拨码、电源和 A/B 两线"
    return State.FINE, f"{len(devices)} 个按键盒都有应答", ""


def usb_pad(device: Device, _: float) -> Answer:
    with usb_pad_of(device) as pad:
        return State.FINE, f"数字键盘 {pad.device.name}", ""


def touch(device: Device, _: float) -> Answer:
    import evdev

    path = device.url.partition(":")[2]
    try:
        panel = evdev.InputDevice(path)
    except OSError as error:
        raise DeviceLost(device.name, f"打不开触摸屏 {path}：{error.strerror}") from error
    name = panel.name
    panel.close()
    return State.FINE, f"触摸屏 {name}", ""


def voice(device: Device, _: float) -> Answer:
    from drivers.speech import announcement, reading
    from drivers.speech.player import open_player

    options = device.options
    rules = reading.Rules(reading.Language(options.get("language", "zh")))
    open_player(device.url, device.name).check()
    speaker = announcement.speaker(
        device.name, engine=options.get("engine", "espeak"), rules=rules, clips=options.get("clips", "")
    )
    return State.FINE, f"声卡能放音，嗓音是 {speaker.choose()}", ""


def id_card(device: Device, seconds: float) -> Answer:
    # The line is asked before the hall's key is looked for, so that each fault is told as what it is.
    with IdCardReader(device.name, device.url, bytes(SHORTEST_KEY), date.today, answer_within=seconds):
        pass
    try:
        key_of(device.name, Path(device.options["key_file"]))
    except DeviceLost as lost:
        said, _colon, todo = lost.why.partition("：")
        return State.FAULT, said, todo
    return State.FINE, "读卡器有应答，证件密钥也在", ""


def scanner(device: Device, seconds: float) -> Answer:
    """A GM65 says which baud rate it is set to; other scanners do not answer, and nothing is wrong with that."""
    with SerialScanner(device.name, device.url) as asked:
        if asked.answers(seconds):
            return State.FINE, "扫码模块有应答", ""
    return State.OPEN, "线路打开了；这种扫码器不会应答", f"./hall try {device.name}"


def wedge(device: Device, _: float) -> Answer:
    with reader_of(device):
        return State.FINE, "扫码器接着", ""


# By the kind of hall.toml: the probe, and whether silence on a serial line means that nobody is there.
PROBES: dict[str, tuple[Probe, bool]] = {
    "broker": (broker, False),
    "printer": (printer, True),
    "touch": (touch, False),
    **{kind: (sign, kind not in SILENT_SIGNS) for kind in KINDS},
    "rs485": (pads, False),
    "usb": (usb_pad, False),
    **dict.fromkeys(GATEWAYS, (gateway, False)),
    "tap": (tap, True),
    "idcard": (id_card, True),
    "scanner": (scanner, False),
    "wedge": (wedge, False),
    "voice": (voice, False),
}
