"""How one wire is examined: opened, asked, and the answer, or the cause of there being none, put into words.

A probe raises DeviceError like its driver does; `examine` turns that into a finding with its cause. For a
serial line on which nothing answers, the other usual baud rates are tried, so that the report can say either
"write this" or "none of these".
"""

from __future__ import annotations

import time
from functools import partial
from urllib.parse import parse_qsl, urlencode

from drivers.doctor import asked, cause
from drivers.doctor.asked import Probe
from drivers.doctor.devices import Device
from drivers.doctor.finding import Finding, State
from drivers.doctor.named import NAMED
from drivers.errors import DeviceError, DeviceLost
from drivers.onwire import with_line
from drivers.pager.driver import TapTerminal
from drivers.reader.idcard import IdCardReader
from drivers.transport import parse_url
from drivers.words import NOTHING, Words, _, of

BAUDS = (9600, 19200, 38400, 57600, 115200, 4800, 2400, 1200)
SEARCH = 20.0  # seconds for all other baud rates: slow ones are tried last
# By the kind of hall.toml: the probe, and whether silence on a serial line means that nobody is there.
PROBES: dict[str, tuple[Probe, bool]] = asked.BY_KIND | {
    kind: (probe, False) for kind, probe in NAMED.items()
}
LINES = {"tap": TapTerminal.line, "idcard": IdCardReader.line}
HINTS = {
    "printer": _("看打印机的电源和指示灯；网口打印机按住走纸键开机会打出它的地址"),
    "sign": _("看屏和控制卡的电源；网口卡 ping 一下，RS-485 卡对换 A、B 两线"),
    "hub75": _(
        "在接屏的树莓派上装 rpi-rgb-led-matrix 的 Python 模块，以 root 运行，停用声卡（docs/hardware.md）"
    ),
    "rumble": _("插上震动器，用 udev 规则给它名字（systemd/70-hall.rules）；ls -l /dev/hall"),
    "tap": _("看寻呼台的电源，串口线要用直通还是交叉；默认 9600 7E1"),
    "webhook": _("核对 url 里的网址和这台机器的网络：curl -I 网址"),
    "pocsag": _("url 里的文件、FIFO 或目录要在，大厅的用户要能写"),
    "pagers": _("看发射机的电源和串口线，速率见 docs/hardware.md"),
    "voice": _("aplay -l 列出声卡；espeak-ng 和 alsa-utils 要装上"),
    "sound": _("aplay -l 列出声卡"),
    "folder": _("这个目录要能建、能写：写在大厅的用户能写的地方"),
    "reader": _("看读卡器的电源和串口线；串口读卡器默认 115200"),
    "jack": _("看声卡有没有耳机检测：evtest 里要有 SW_HEADPHONE_INSERT；没有就不写 jack"),
    "touch": _("看触摸屏的 USB 线；ls -l /dev/input/by-id"),
    "keypad": _("看呼叫器的电源；ls -l /dev/serial/by-id /dev/input/by-path"),
}


def examine(devices: list[Device]) -> Finding:
    """One wire: opened, asked, and if that failed, why."""
    device = devices[0]
    probe, asks = PROBES.get(device.kind, (asked.open_only, False))
    if device.kind == "modbus":
        probe, asks = partial(asked.boxes, devices), True
    try:
        return Finding.of(devices, *probe(device, asked.PATIENT))
    except (DeviceError, ValueError) as error:
        said = (error.words if isinstance(error, DeviceError) else NOTHING) or of(error)
        todo = advice(device, error)
        silent = isinstance(error, DeviceError) and not cause.errno_of(error)
        if silent and asks and device.url.startswith("serial:"):
            todo = other_bauds(device, probe)
        return Finding.of(devices, State.FAULT, said, todo)


def advice(device: Device, error: DeviceError | ValueError) -> Words:
    """What a person can do about a device that failed with this error."""
    if not isinstance(error, DeviceLost):
        return NOTHING  # it is there, and has said itself what it wants
    # A loudspeaker that is a folder has no card.
    folder = "folder" if device.kind in ("voice", "sound") and device.url.startswith("file:") else ""
    known = (HINTS.get(name, NOTHING) for name in (folder, device.kind, device.family))
    return cause.todo(error, device.url) or next(filter(None, known), NOTHING)


def other_bauds(device: Device, probe: Probe) -> Words:
    """What the line answers to: the URL that works, or the rates that do not."""
    path, _mark, query = device.url.partition("?")
    options = dict(parse_qsl(query))
    # Where the URL says nothing the maker's own rate was asked first.
    tried = [parse_url(with_line(device.url, LINES.get(device.kind, ""))).options["baud"]]
    until = time.monotonic() + SEARCH
    for baud in map(str, BAUDS):
        if baud in tried or time.monotonic() > until:
            continue
        url = f"{path}?{urlencode(options | {'baud': baud})}"
        tried.append(baud)
        try:
            probe(Device(device.name, device.kind, url, device.options), asked.HASTY)
        except DeviceError:
            continue
        return _("波特率 {baud} 有应答：把 url 改成 {url}").format(baud=baud, url=url)
    return _("试过波特率 {rates}，都没有应答：看电源，对换 A、B（RS-485）或 TX、RX（RS-232）两线").format(
        rates=tried
    )
