"""`python -m caller emergency on|off`: one command evacuates the hall, and one ends it."""

from __future__ import annotations

import argparse
import sys

from caller.asking import Silent, asked, new_id
from caller.messages import CallOff, EvacuateHall
from config import entry
from config.languages import _


def main(arguments: list[str]) -> int:
    """0 done, 69 when the caller does not answer: then people have to shout."""
    line = entry.parser("python -m caller emergency", "紧急疏散，全大厅一起播报 / evacuate the hall")
    line.add_argument("switch", choices=("on", "off"))
    line.add_argument("--words", default="", help="说什么，不写就用 hall.toml 里的")
    line.add_argument("--words-en", default="", help="the same in English")
    options: argparse.Namespace = line.parse_args(arguments)
    hall = entry.hall(options.config)
    name = new_id()
    command: EvacuateHall | CallOff = CallOff(id=name)
    if options.switch == "on":
        command = EvacuateHall(id=name, words=options.words[:60], words_en=options.words_en[:60])
    try:
        answer = asked(hall, command)
    except Silent:
        print(_("叫号服务没有应答，请用喊话和消防广播疏散"), file=sys.stderr)
        return entry.EX_UNAVAILABLE
    if not answer.done:
        print(answer.reason, file=sys.stderr)
        return entry.EX_UNAVAILABLE
    print(_("已通知全大厅撤离") if options.switch == "on" else _("紧急状态已解除"))
    return 0
