"""How each kind of device is asked how it is: open its wire, ask, and put what it answers into words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from msgspec import structs

from drivers.doctor import cause
from drivers.doctor.described import (
    Panel,
    boxes_of,
    bus_of,
    gateway_of,
    hung,
    profile_of,
    reader_of,
    usb_pad_of,
)
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.errors import DeviceLost
from drivers.jack import Jack
from drivers.pager.gateway import KINDS as GATEWAYS
from drivers.printer import PaperLevel, Printer
from drivers.reader.idcard import IdCardReader
from drivers.reader.person import SHORTEST_KEY
from drivers.reader.scanner import SerialScanner
from drivers.reader.watch import key_of
from drivers.sign.open import KINDS
from drivers.sign.wired import WiredSign
from drivers.transport import open_url
from drivers.words import NOTHING, Words, _, plain

Answer = tuple[State, Words, Words]  # state, what was heard, what to do
Probe = Callable[[Device, float], Answer]  # seconds: how long to wait for each answer
PATIENT, HASTY = 2.0, 0.5  # seconds for an answer: of a device as configured, of one at another baud rate
TRIES = 3  # to hear each of many boxes on a line: a busy machine may miss one's turn
SILENT_SIGNS = ("candle", "hub75")


def open_only(device: Device, _seconds: float) -> Answer:
    """For a device that cannot be asked anything."""
    with open_url(device.url, device.name):
        return State.OPEN, _("线路打开了；这种设备不会应答查询"), NOTHING


def printer(device: Device, seconds: float) -> Answer:
    _name, profile = profile_of(device)
    with Printer(device.name, device.url, profile, answer=seconds) as asked:
        state = asked.status()
    if not profile.dle_eot:
        return State.OPEN, _("线路打开了；这个型号不应答查询"), NOTHING
    if state.cover_open:
        return State.FAULT, _("盖子开着"), _("合上盖子")
    if state.paper is PaperLevel.OUT:
        return State.FAULT, _("缺纸"), _("换一卷纸")
    if state.cutter_error:
        return State.FAULT, _("切纸刀卡住"), _("关机，取出碎纸，再开机")
    if not state.ready:
        how = _("故障") if state.unrecoverable_error else _("脱机")
        return State.FAULT, how, _("关机再开机；仍不行就送修")
    if state.paper is PaperLevel.NEAR:
        return State.HEED, _("有应答，纸快用完"), _("备好一卷纸")
    return State.FINE, _("有应答，纸够，刀和盖子都好"), NOTHING


def sign(device: Device, seconds: float) -> Answer:
    asked = hung(device)
    if isinstance(asked, WiredSign):
        asked.reply = seconds
        asked.sends = asked.sends if seconds >= PATIENT else 1
    with asked:
        pass
    if not device.options.get("answers", True):
        return State.OPEN, _("线路打开了；这条线没有回程，屏有没有亮要用眼看"), NOTHING
    if device.kind in SILENT_SIGNS:
        return State.OPEN, _("打开了；这种屏不会应答，有没有亮要用眼看"), try_it(device)
    return State.FINE, _("控制卡有应答"), NOTHING


def try_it(device: Device) -> Words:
    return plain(f"./hall try {device.name}")


def tap(device: Device, seconds: float) -> Answer:
    from drivers.pager.tap import Patience

    patience = Patience(ask=seconds, login=2 * seconds, go_ahead=2 * seconds)
    with gateway_of(device.kind, device, patience=patience):
        return State.FINE, _("寻呼台让我们登录了"), NOTHING


def gateway(device: Device, _seconds: float) -> Answer:
    with gateway_of(device.kind, device) as wire:
        wire.check()
    return State.OPEN, _("打开了；牌子震不震要看手里"), _("./hall try pager:牌号")


def pads(device: Device, _seconds: float) -> Answer:
    with bus_of(device):
        return State.OPEN, _("总线打开了；呼叫器只在按键时说话"), try_it(device)


def boxes(devices: Sequence[Device], first: Device, seconds: float) -> Answer:
    """Whichever box of the line, at the URL of `first`, is silent is named. Raises DeviceLost if all are."""
    there = [structs.replace(device, url=first.url) for device in devices]
    silent = [device.which for device in there]
    for _try in range(TRIES if seconds >= PATIENT else 1):
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
        raise DeviceLost(first.name, _("总线打开了，没有一个按键盒应答"))
    if silent:
        said = _("总线打开了，窗口 {windows} 的按键盒没有应答").format(windows=silent)
        return State.FAULT, said, _("核对它的地址拨码、电源和 A/B 两线")
    return State.FINE, _("{count} 个按键盒都有应答").format(count=len(devices)), NOTHING


def usb_pad(device: Device, _seconds: float) -> Answer:
    with usb_pad_of(device) as pad:
        return State.FINE, _("数字键盘 {name}").format(name=pad.device.name), NOTHING


def touch(device: Device, _seconds: float) -> Answer:
    with Panel(device.name, device.url) as panel:
        return State.FINE, _("触摸屏 {name}").format(name=panel.device.name), NOTHING


def jack(device: Device, _seconds: float) -> Answer:
    with Jack(device.name, device.url) as socket:
        state = _("耳机插孔 {name}，插着耳机") if socket.inside() else _("耳机插孔 {name}，空着")
        return State.FINE, state.format(name=socket.device.name), NOTHING


def sound(device: Device, _seconds: float) -> Answer:
    from drivers.speech.player import open_player

    open_player(device.url, device.name).check()
    return State.FINE, _("声卡能放音"), NOTHING


def voice(device: Device, seconds: float) -> Answer:
    from drivers.speech import announcement, reading

    options = device.options
    rules = reading.Rules(reading.Language(options.get("language", "zh")))
    sound(device, seconds)
    clips, engine = options.get("clips", ""), options.get("engine", "espeak")
    chosen = announcement.speaker(device.name, engine=engine, rules=rules, clips=clips).choose()
    if engine == "clips" and not any(Path(clips).glob("ready/*.wav")):
        said = _("声卡能放音，{folder} 里没有修好的录音，用 {voice} 说").format(folder=clips, voice=chosen)
        return State.HEED, said, plain(f"./hall voice build {clips}")
    return State.FINE, _("声卡能放音，嗓音是 {voice}").format(voice=chosen), NOTHING


def id_card(device: Device, seconds: float) -> Answer:
    # The line is asked before the hall's key is looked for, so that each fault is told as what it is.
    with IdCardReader(device.name, device.url, bytes(SHORTEST_KEY), date.today, answer_within=seconds):
        pass
    try:
        key_of(device.name, Path(device.options["key_file"]))
    except DeviceLost as lost:
        return State.FAULT, lost.words, NOTHING
    return State.FINE, _("读卡器有应答，证件密钥也在"), NOTHING


def scanner(device: Device, seconds: float) -> Answer:
    """A GM65 says which baud rate it is set to; other scanners do not answer, and nothing is wrong with that."""
    with SerialScanner(device.name, device.url) as asked:
        if asked.answers(seconds):
            return State.FINE, _("扫码模块有应答"), NOTHING
    return State.OPEN, _("线路打开了；这种扫码器不会应答"), try_it(device)


def wedge(device: Device, _seconds: float) -> Answer:
    with reader_of(device):
        return State.FINE, _("扫码器接着"), NOTHING


# By the kind of hall.toml: the probe, and whether silence on a serial line means that nobody is there.
BY_KIND: dict[str, tuple[Probe, bool]] = {
    "printer": (printer, True),
    "touch": (touch, False),
    "jack": (jack, False),
    **{kind: (sign, kind not in SILENT_SIGNS) for kind in KINDS},
    "rs485": (pads, False),
    "usb": (usb_pad, False),
    **dict.fromkeys(GATEWAYS, (gateway, False)),
    "tap": (tap, True),
    "idcard": (id_card, True),
    "scanner": (scanner, False),
    "wedge": (wedge, False),
    "sound": (sound, False),
    "voice": (voice, False),
}
