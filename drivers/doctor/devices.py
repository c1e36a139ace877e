"""The devices of a hall as another program tells of them: this room may not read hall.toml itself.

`python -m config devices FILE` checks the file and prints one JSON object a line: every device, and every file
and address that hall.toml names.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from drivers.words import Words, _, plain

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = {
    "broker": _("消息服务"),
    "journal": _("记录"),
    "printer": _("打印机"),
    "touch": _("触摸屏"),
    "arrows": _("取号机按键"),
    "speaker": _("取号机喇叭"),
    "headphones": _("取号机耳机"),
    "jack": _("耳机插孔"),
    "book": _("取号机记录"),
    "sound": _("视频声音"),
    "playlist": _("播放文件"),
    "sign": _("窗口屏"),
    "keypad": _("呼叫器"),
    "reader": _("读卡器"),
    "pagers": _("寻呼台"),
    "pager": _("震动牌"),
    "voice": _("语音"),
    "key": _("证件密钥"),
    "days": _("每日密钥"),
    "pin": _("维护密码"),
    "logo": _("徽标"),
    "photos": _("人员照片"),
    "bookings": _("预约平台"),
    "progress": _("进度查询"),
    "phone": _("手机页"),
    "links": _("二维码网址"),
}
ALONE = ("main", "terminal")  # of these a hall has one


class Device(msgspec.Struct, frozen=True):
    """`name` is "sign:3", `kind` the word of hall.toml, `options` what else its table says."""

    name: str
    kind: str
    url: str
    options: dict[str, Any] = {}

    @property
    def family(self) -> str:
        return self.name.partition(":")[0]

    @property
    def which(self) -> str:
        return self.name.partition(":")[2]

    @property
    def spoken(self) -> Words:
        return spoken([self.name])


def spoken(names: Sequence[str]) -> Words:
    """What a person calls these, all of one family: "窗口屏 3", "呼叫器 1-7、10"."""
    family = names[0].partition(":")[0]
    called = PEOPLE.get(family, plain(family))
    which = ranges([n.partition(":")[2] for n in names if n.partition(":")[2] not in ALONE])
    return Words("{called} {which}", {"called": called, "which": which}) if which else called


def ranges(names: Sequence[str]) -> list[str]:
    """1, 2, 3, 7 as 1-3 and 7; names that are no numbers as they are."""
    if not all(name.isdecimal() for name in names):
        return list(names)
    runs: list[list[int]] = []
    for number in sorted(map(int, names)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return [f"{a}" if a == b else f"{a}-{b}" for a, b in runs]


class Unfit(Exception):
    """hall.toml cannot be read; `code` is what to exit with, the text what was said about it."""

    def __init__(self, said: str, code: int) -> None:
        super().__init__(said)
        self.code = code


def listed(file: Path, language: str) -> list[Device]:
    """The devices of the hall described by `file`. Raises Unfit, with every problem in that language."""
    lines = hall_says("devices", str(file.absolute()), "--language", language).splitlines()
    return [msgspec.json.decode(line, type=Device) for line in lines]


def hall_says(*asked: str) -> str:
    """What `python -m config` prints. Raises Unfit."""
    command = [sys.executable, "-m", "config", *asked]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unfit(done.stderr.strip(), done.returncode)
    return done.stdout


def find(devices: list[Device], name: str) -> Device:
    """The device called "sign:3" (or "sign-3"). LookupError names those there are."""
    wanted = name if ":" in name else name.replace("-", ":", 1)
    for device in devices:
        if device.name == wanted:
            return device
    known = [d.name for d in devices if d.family == wanted.partition(":")[0]] or [d.name for d in devices]
    raise LookupError(_("没有设备 {name}，有的是 {known}").format(name=name, known=known))
