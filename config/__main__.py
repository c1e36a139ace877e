"""`python -m config check FILE`: is this hall.toml fit to run a hall? Exit 0, or 78 with every problem.

With `--board ID` the files that this board plays are looked for too, which only its own machine needs to have.
`python -m config devices FILE` prints its devices as JSON lines, once it is fit; `python -m config words en` prints
every sentence of the product with its English, for programs that have no catalogue.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from config import entry
from config.boardchecks import missing_files
from config.devices import devices
from config.inwords import told
from config.languages import CHINESE, _, languages, sentences, speaking
from config.load import ConfigError, load
from config.notes import notes


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config", description=_("检查大厅配置"))
    commands = parser.add_subparsers(dest="command", required=True)
    for name, what in (("check", _("检查 hall.toml")), ("devices", _("列出所有设备（每行一个 JSON）"))):
        command = commands.add_parser(name, help=what)
        command.add_argument("file", type=Path)
        command.add_argument("--language", choices=languages(), default=CHINESE, help=_("用哪种语言说"))
        if name == "check":
            command.add_argument("--board", metavar="ID", default="", help=_("连这块屏要播放的文件一起检查"))
    spoken = commands.add_parser("words", help=_("列出每句话的译文（JSON）"))
    spoken.add_argument("language", choices=languages())
    asked = parser.parse_args(arguments)
    if asked.command == "words":
        print(msgspec.json.encode(sentences(asked.language)).decode())
        return 0
    speaking.set(asked.language)
    file = asked.file
    try:
        hall = load(file)
        if asked.command == "check" and (gone := list(missing_files(hall, asked.board))):
            raise ConfigError(gone)
    except ConfigError as error:
        print(_("{file}：{count} 处要改").format(file=file, count=len(error.problems)), file=sys.stderr)
        for problem in error.problems:
            print(f"  {problem}", file=sys.stderr)
        return entry.EX_CONFIG
    if asked.command == "devices":
        for device in devices(hall):
            print(msgspec.json.encode(device).decode())
        return 0
    said = _("{name}：{windows} 个窗口，{services} 项业务，{kiosks} 台取号机，{pagers} 个震动牌。可以用。")
    counts = {"windows": len(hall.window), "services": len(hall.service)}
    print(said.format(name=hall.hall.name, kiosks=len(hall.kiosk), pagers=len(hall.pager), **counts))
    print(_("叫号规矩，从上往下，第一条合适的就用："))
    for rule in told(hall):
        print(f"  {rule}")
    for note in notes(hall):
        print(_("提醒：{note}").format(note=note))
    return 0


if __name__ == "__main__":
    entry.run(main)
