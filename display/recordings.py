"""`python -m display.recordings`: what a person records so that the hall speaks with that person's voice.

`record-list` prints every fragment for this hall.toml; `build DIR` makes the recordings in DIR into clips and
tells everything that is missing or bad at once. Exit 0, or 1 while there is something to record.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from config import entry
from config.languages import _
from config.schema import Hall, Voice
from display.saying import letters_of, rules_of
from drivers.speech import clips, reading
from drivers.words import plain

LEAST, MOST, CEILING = -17.0, -15.0, -1.0  # LUFS, LUFS, dBTP


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./hall voice", description=_("用本大厅自己的录音叫号"))
    commands = parser.add_subparsers(dest="command", required=True)
    listed = commands.add_parser("record-list", help=_("要录的词，一行一个"))
    build = commands.add_parser("build", help=_("把录音修齐，查漏"))
    build.add_argument("folder", type=Path, metavar="DIR")
    for command in (listed, build):
        command.add_argument("--config", type=Path, default=entry.DEFAULT, metavar="FILE", help="hall.toml")
        command.add_argument("--voice", default="", metavar="ID", help=_("哪个语音区；不写就是全部"))
    asked = parser.parse_args(arguments)
    hall = entry.hall(asked.config)
    voices = [voice for voice in hall.voice if asked.voice in ("", voice.id)]
    if not voices:
        known = "、".join(voice.id for voice in hall.voice) or "—"
        print(_("没有语音区 {name}，有的是 {known}").format(name=asked.voice, known=known), file=sys.stderr)
        return entry.EX_CONFIG
    wanted = fragments(hall, voices)
    if asked.command == "record-list":
        print(sheet(wanted))
        return 0
    return make(asked.folder, wanted)


def fragments(hall: Hall, voices: list[Voice]) -> tuple[str, ...]:
    """Everything that these zones say, each once, in the order in which one would record it."""
    said: dict[str, None] = {}
    for voice in voices:
        windows = sorted(w.number for w in hall.window if w.zone in voice.zones)
        said |= dict.fromkeys(reading.vocabulary(letters_of(hall, voice), windows, rules_of(voice)))
    return tuple(said)


def sheet(wanted: tuple[str, ...]) -> str:
    """What the person at the microphone reads from."""
    told = _(
        "共 {count} 段。用安静的房间、同一个话筒、同样的距离和语气，每段一个 WAV 文件（{rates} Hz，16 位），\n"
        "文件名就是要读的字。前后各留半秒安静，音量不要顶到头。录完运行：./hall voice build 目录"
    )
    rates = "44100 / 48000"
    lines = [f"{n:3}  {word}.wav" for n, word in enumerate(wanted, 1)]
    return "\n".join([told.format(count=len(wanted), rates=rates), "", *lines])


def make(folder: Path, wanted: tuple[str, ...]) -> int:
    """Build, and tell what was made and what is still to be done."""
    if not folder.is_dir():
        print(_("没有目录 {folder}").format(folder=folder), file=sys.stderr)
        return 1
    made, faults = clips.build(folder, wanted)
    told = {fault.fragment for fault in faults}
    for word, seconds, loud, peak in clips.measured(folder):
        if word in told or word not in wanted:
            continue
        if not (LEAST <= loud <= MOST and peak <= CEILING):
            why = _("修不齐：{loud:.1f} LUFS，峰值 {peak:.1f} dBTP，请重录").format(loud=loud, peak=peak)
            faults.append(clips.Fault(word, plain(why)))
        else:
            print(f"{word}  {seconds:.2f} s  {loud:.1f} LUFS  {peak:.1f} dBTP")
    print(_("修好 {made} 段，共要 {count} 段。").format(made=len(made), count=len(wanted)))
    if faults:
        print(_("还要录 {count} 段：").format(count=len(faults)), file=sys.stderr)
        for fault in faults:
            print(f"  {fault}", file=sys.stderr)
        return 1
    print(
        _('hall.toml 的 [[voice]] 里写 engine = "clips"，clips = "{folder}"').format(folder=folder.absolute())
    )
    return 0


if __name__ == "__main__":
    entry.run(main)
