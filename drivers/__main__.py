"""`python -m drivers doctor` says why a device does not work; `python -m drivers try sign:3` makes it work once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from drivers import entry
from drivers.doctor import diagnose, probe, report, trial
from drivers.doctor.devices import Device, Unfit, find, listed
from drivers.doctor.language import CHINESE, into
from drivers.errors import DeviceError
from drivers.words import Into, _, of

DEFAULT = Path("/etc/hall/hall.toml")
FAILED, USAGE = 1, 64


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m drivers", description="检查设备 · look at the devices")
    commands = parser.add_subparsers(dest="command", required=True)
    doctor = commands.add_parser("doctor", help="打开每台设备，问它的状态 · open and ask every device")
    doctor.add_argument("--json", action="store_true", help="给程序读 · for a program")
    attempt = commands.add_parser("try", help="试一台设备 · make one device do its work")
    attempt.add_argument("device", help="sign:3, printer:1, pager:7, voice:east, keypad:3, reader:1-scanner")
    attempt.add_argument("text", nargs="?", default="", help="屏上、纸上、声音里的话 · what it is to say")
    for command in (doctor, attempt):
        command.add_argument("--config", type=Path, default=DEFAULT, metavar="FILE", help="hall.toml")
        command.add_argument("--language", default=CHINESE, help="用哪种语言说 · zh, en")
    asked, rest = parser.parse_known_args(arguments)
    if asked.command == "try" and len(rest) == 1 and not (asked.text or rest[0].startswith("-")):
        asked.text = rest.pop()  # argparse has given up on the text when an option stands before it
    if rest:
        parser.error(str(_("不认识 {rest}").format(rest=" ".join(rest))))
    try:
        devices, say = listed(asked.config, asked.language), into(asked.language)
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        return unfit.code
    if asked.command == "try":
        return one(devices, asked.device, asked.text, say)
    findings = diagnose(devices)
    print(report.as_json(findings, say) if asked.json else report.table(findings, say))
    return 0 if report.fit(findings) else FAILED


def one(devices: list[Device], name: str, text: str, say: Into) -> int:
    try:
        device = find(devices, name)
    except LookupError as error:
        print(of(error).put(say), file=sys.stderr)
        return USAGE
    try:
        trial.attempt(device, text, into=say)
    except (DeviceError, ValueError) as error:
        told = error.words.put(say) if isinstance(error, DeviceError) else of(error).put(say)
        print(f"{device.name}: {told}", file=sys.stderr)
        if todo := probe.advice(device, error):
            print(f"→ {todo.put(say)}", file=sys.stderr)
        return FAILED
    return 0


if __name__ == "__main__":
    entry.run(main)
