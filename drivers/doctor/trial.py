"""One device is made to do what it is for, so that a person who stands before it sees whether it does."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.doctor.asked import SILENT_SIGNS
from drivers.doctor.described import boxes_of, bus_of, gateway_of, hung, profile_of, reader_of, usb_pad_of
from drivers.doctor.devices import Device
from drivers.errors import DeviceError
from drivers.keypad.bus import Bus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.usb import UsbPad
from drivers.reader.idcard import Again
from drivers.reader.person import Person
from drivers.reader.scanner import Scan
from drivers.sign.open import KINDS
from drivers.words import Into, Words, _

SAY = "请A001到3号窗口"
BEEP = "HALL TEST A001 -> 3"
WAIT = 30.0  # seconds for somebody to press a key
Say = Callable[[Words], None]


def attempt(device: Device, text: str, say: Callable[[str], None] = print, into: Into = str) -> None:
    """Try the device with `text` ("" for a usual sentence), telling each step. Raises DeviceError."""
    TRIALS.get(device.family, unknown)(device, text, lambda words: say(words.put(into)))


def unknown(device: Device, _text: str, say: Say) -> None:
    raise DeviceError(device.name, _("没有这类设备的试法；./hall doctor 会检查它的线路"))


def sign(device: Device, text: str, say: Say) -> None:
    if device.kind not in KINDS:
        unknown(device, text, say)
    with hung(device) as shown:
        say(_("屏打开了") if device.kind in SILENT_SIGNS else _("控制卡有应答"))
        missing = shown.show([text or SAY])
    say(_("屏上现在是“{text}”，大厅下一次叫号会换掉它").format(text=text or SAY))
    if missing:
        say(_("这块屏显示不了这些字：{missing}").format(missing=missing))


def printer(device: Device, text: str, say: Say) -> None:
    from drivers.printer import Paper, Printed, Printer

    name, profile = profile_of(device)
    paper = Paper(profile)
    paper.text("试打 · TEST", bold=True, size=(2, 2), align="center")
    paper.text(text or SAY)
    paper.pair("型号档案 · PROFILE", name)
    paper.text("生僻字 · RARE：㐂 𠮷 䶮")
    paper.rule()
    paper.qr(text or SAY)
    paper.text("不是号票，请撕掉 · NOT A TICKET", align="center")
    paper.cut()
    with Printer(device.name, device.url, profile) as asked:
        sure = asked.print(paper.bytes)
    words = {
        Printed.SENT: _("发出去了（这个型号不会回话，请看纸）"),
        Printed.PROCESSED: _("打完了（打印机说的）"),
    }
    say(words.get(sure, _("打完了（打印机点名确认）")))


def pager(device: Device, text: str, say: Say) -> None:
    with gateway_of(str(device.options.get("terminal", "tap")), device) as gateway:
        say(_("寻呼设备打开了"))
        try:
            receipt = gateway.page(str(device.options["capcode"]), text or BEEP, once=f"try-{time.time_ns()}")
        except ValueError:
            said = _("牌子收不了“{text}”：只收英文字母、数字和标点，也不能太长").format(text=text or BEEP)
            raise DeviceError(device.name, said) from None
    if not receipt.accepted:
        raise DeviceError(device.name, _("寻呼设备没有接受：{said}").format(said=receipt.said))
    say(_("寻呼设备接受了；牌子震不震要看手里"))


def voice(device: Device, text: str, say: Say) -> None:
    from drivers.speech import announcement, reading
    from drivers.speech.player import open_player

    options = device.options
    rules = reading.Rules(reading.Language(options.get("language", "zh")))
    # The synthesiser even where the hall has recordings: they have no words for any sentence.
    speaker = announcement.speaker(
        device.name, rules=rules, words_per_minute=options.get("words_per_minute", 140)
    )
    said = text or reading.sentence("A001", 3, rules)
    say(_("用 {voice} 说“{said}”").format(voice=speaker.choose(), said=said))
    open_player(device.url, device.name).play(announcement.announce(speaker, [said], times=1), "try")
    say(_("说完了"))


def keypad(device: Device, _text: str, say: Say) -> None:
    address = None if device.kind == "usb" else int(device.options["address"])
    opened: Bus | UsbPad | ButtonBoxes
    match device.kind:
        case "rs485":
            opened = bus_of(device)
        case "modbus":
            opened = boxes_of([device])
        case _:
            opened = usb_pad_of(device)
    with opened as pad:
        say(_("请在 {seconds:.0f} 秒内按 {device} 的任意一个键").format(seconds=WAIT, device=device.spoken))
        end = time.monotonic() + WAIT
        while (left := end - time.monotonic()) > 0:
            for press in pad.presses(min(left, 1.0)):
                if address is not None and press.source != f"{device.name}:{address}":
                    say(
                        _("听到的是地址 {heard} 的键，等的是地址 {address}").format(
                            heard=press.source.rpartition(":")[2], address=address
                        )
                    )
                    continue
                say(_("按下了 {key}").format(key=f"{press.digits} {press.key}".lstrip()))
                return
            if not isinstance(pad, ButtonBoxes):
                _tell_strange(pad, say)
    raise DeviceError(
        device.name, _("{seconds:.0f} 秒没有听到按键：看地址拨码、A/B 两线和电源").format(seconds=WAIT)
    )


def _tell_strange(pad: Bus | UsbPad, say: Say) -> None:
    """Codes of keys that are on no chart: what an integrator writes into hall.toml for a new model."""
    while pad.strange:
        source, code = pad.strange.popleft()
        told = _("键码 {code} 不在键码表里：在 [keypad_model.名字] 的 codes 里给它起个名字")
        if isinstance(pad, Bus):
            address = source.rpartition(":")[2]
            say(_("地址 {address}：{said}").format(address=address, said=told.format(code=f"0x{code:02X}")))
        else:
            say(told.format(code=code))


def reader(device: Device, _text: str, say: Say) -> None:
    what = _("把证件放到读卡器上") if device.kind == "idcard" else _("把一个码放到扫码器下面")
    with reader_of(device) as opened:
        say(_("请在 {seconds:.0f} 秒内{what}").format(seconds=WAIT, what=what))
        end = time.monotonic() + WAIT
        while (left := end - time.monotonic()) > 0:
            for read in opened.reads(min(left, 1.0)):
                match read:
                    case Person():
                        say(
                            _("读到了：{person}，年龄段 {age}；号码留在驱动里").format(
                                person=read.polite, age=read.age or _("不明")
                            )
                        )
                        return
                    case Scan():
                        # Only its beginning: a code may be somebody's own.
                        say(
                            _("扫到了 {count} 个字，开头是“{begin}”").format(
                                count=len(read.code), begin=read.code[:4]
                            )
                        )
                        return
                    case Again():
                        say(read.words)
    raise DeviceError(
        device.name,
        _("{seconds:.0f} 秒没有读到：看电源和线；扫码模块要设成连续或感应模式").format(seconds=WAIT),
    )


TRIALS: dict[str, Callable[[Device, str, Say], None]] = {
    "sign": sign,
    "printer": printer,
    "pager": pager,
    "voice": voice,
    "speaker": voice,
    "headphones": voice,
    "sound": voice,
    "keypad": keypad,
    "reader": reader,
}
