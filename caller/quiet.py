"""`./hall report quiet`: how quiet the hall was today, told from the journal alone, as a table and as a picture.

A call is settled when its visitor was served before being called again. What was spoken counts the seconds that it
sounded, names, second readings and English with it; what was not would have been as long as what was spoken to
others in the same language that day. So both sides of the comparison are measured on one day and one voice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from caller.asking import ended
from caller.database import JournalError, cause, reader
from caller.messages import (
    EVENTS,
    AlarmRaised,
    CallDelivered,
    Channel,
    Event,
    Need,
    PagerLent,
    Result,
    TicketCalled,
    TicketReserved,
    TicketServed,
    decode,
)
from caller.tables import events
from config import entry, fonts
from config.languages import _

# Where nothing says how long it was: an announcement of chime and two readings, and what English adds, in seconds.
FULL, ENGLISH = 10.5, 5.0
INK, GREEN, LINE, PAPER = "#12343B", "#1F6F5C", "#DDD6C8", "#F6F3EC"
WIDTH, HEIGHT, LEFT, BAR = 1080, 740, 60, 56


@dataclass(frozen=True)
class Quiet:
    """Calls of a day: all, settled, settled without a sound, settled at the first channel, and spoken ones; `late`
    were not spoken because it was too late, `alarms` were left to the clerk's own mouth. `sounded` are seconds of
    speech, `all_aloud` what they would have been had every call been spoken."""

    calls: int = 0
    settled: int = 0
    silent: int = 0
    first: int = 0
    spoken: int = 0
    late: int = 0
    alarms: int = 0
    sounded: float = 0.0
    all_aloud: float = 0.0

    @property
    def minutes(self) -> float:
        """Of speech per hundred calls."""
        return self._per_hundred(self.sounded)

    @property
    def voice_only(self) -> float:
        """The same, had every call been spoken."""
        return self._per_hundred(self.all_aloud)

    def _per_hundred(self, seconds: float) -> float:
        return 100 * seconds / 60 / self.calls if self.calls else 0.0


@dataclass
class _Call:
    attempt: int
    at_once: int  # how many devices call this visitor before anybody waits to see whether they come
    english: bool
    told: list[str] = field(default_factory=list)  # what called the visitor, in order: "voice", "pager-7"
    sounded: float = 0.0  # seconds of speech

    @property
    def spoken(self) -> bool:
        return self.sounded > 0


def measured(told: Iterable[Event]) -> Quiet:
    """What the day's events say."""
    calls: dict[str, _Call] = {}
    open_: dict[str, _Call] = {}  # the last call of each ticket that nobody has come for yet
    held: dict[str, TicketReserved] = {}
    pagers: set[str] = set()  # tickets that have one
    settled = silent = first = spoken = late = alarms = 0
    for event in told:
        match event:
            case TicketReserved(ticket=ticket, pager=pager):
                held[ticket] = event
                pagers |= {ticket} if pager is not None else set()
            case PagerLent(ticket=ticket):
                pagers.add(ticket)
            case TicketCalled(ticket=ticket):
                visitor = held.get(ticket)
                both = visitor is not None and visitor.need is Need.BLIND and ticket in pagers
                foreign = visitor is not None and visitor.language == "en"
                calls[event.call] = open_[ticket] = _Call(event.attempt, 2 if both else 1, foreign)
            case CallDelivered(channel=Channel.VOICE | Channel.PAGER) if event.result.reached:
                aloud = event.channel is Channel.VOICE
                spoken += aloud
                if (call := calls.get(event.call)) is not None:
                    call.told.append(event.device)
                    usual = FULL + (ENGLISH if call.english else 0)
                    call.sounded += (event.seconds or usual) if aloud else 0
            case CallDelivered(channel=Channel.VOICE, result=Result.EXPIRED):
                late += 1
            case AlarmRaised():
                alarms += 1
            case TicketServed(ticket=ticket):
                if (call := open_.pop(ticket, None)) is not None:
                    settled += 1
                    silent += not call.spoken
                    first += call.attempt == 1 and len(call.told) <= call.at_once
            case _:
                continue
    sounded, all_aloud = _speech(calls.values())
    return Quiet(len(calls), settled, silent, first, spoken, late, alarms, sounded, all_aloud)


def _speech(calls: Collection[_Call]) -> tuple[float, float]:
    """Seconds that were spoken, and that would have been."""
    ours = [call.sounded for call in calls if call.spoken and not call.english]
    theirs = [call.sounded for call in calls if call.spoken and call.english]
    usual = fmean(ours) if ours else FULL
    foreign = fmean(theirs) if theirs else usual + ENGLISH
    unspoken = sum(foreign if call.english else usual for call in calls if not call.spoken)
    return sum(ours + theirs), sum(ours + theirs) + unspoken


def recorded(url: str) -> list[Event]:
    """The events of the newest day in a journal that another process may be writing; raises JournalError."""
    engine = reader(url)
    try:
        with engine.connect() as connection:
            newest = select(func.max(events.c.day)).scalar_subquery()
            query = select(events.c.kind, events.c.payload).where(events.c.day == newest)
            rows = connection.execute(query.order_by(events.c.seq)).all()
    except SQLAlchemyError as error:
        raise JournalError(cause(error)) from error
    finally:
        engine.dispose()
    return [decode(row.payload, EVENTS[row.kind]) for row in rows]


def table(day: Quiet) -> str:
    """For the supervisor."""
    share = _share(day.silent, day.settled)
    came = _share(day.first, day.settled)
    return "\n".join(
        [
            _counted(day),
            _("没有出声就办成的 {silent} 位，占 {share}").format(silent=day.silent, share=share),
            _("第一种方式就叫到的 {first} 位，占 {share}").format(first=day.first, share=came),
            _("每百次呼叫出声 {minutes:.1f} 分钟，全用语音要 {all:.1f} 分钟").format(
                minutes=day.minutes, all=day.voice_only
            ),
            _missed(day),
        ]
    )


def _counted(day: Quiet) -> str:
    return _("呼叫 {calls} 次，群众到窗口 {settled} 位").format(calls=day.calls, settled=day.settled)


def _missed(day: Quiet) -> str:
    return _("太迟没有播的 {late} 次，改由工作人员喊的 {alarms} 次").format(late=day.late, alarms=day.alarms)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "—"


def picture(day: Quiet, file: Path, date: str = "") -> None:
    """Four bars: the same four sentences to be seen from across a room; of which day, and of how many calls."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    title, words = (ImageFont.truetype(str(fonts.bold()), 44), ImageFont.truetype(str(fonts.regular()), 28))
    draw.text((LEFT, 36), _("今天大厅有多安静"), INK, title)
    draw.text((WIDTH - LEFT, 50), date, INK, words, "ra")
    rows = [
        (
            _("没有出声就办成的"),
            day.silent / day.settled if day.settled else 0,
            _share(day.silent, day.settled),
        ),
        (
            _("第一种方式就叫到的"),
            day.first / day.settled if day.settled else 0,
            _share(day.first, day.settled),
        ),
        (
            _("每百次呼叫出声的分钟"),
            day.minutes / day.voice_only if day.voice_only else 0,
            f"{day.minutes:.1f}",
        ),
        (_("全用语音的话"), 1.0 if day.voice_only else 0, f"{day.voice_only:.1f}"),
    ]
    room = WIDTH - 2 * LEFT - 130
    for n, (name, share, told) in enumerate(rows):
        top = 120 + n * 125
        draw.text((LEFT, top), name, INK, words)
        bar = (LEFT, top + 42, LEFT + room, top + 42 + BAR)
        draw.rectangle(bar, LINE)
        if share > 0:
            draw.rectangle((*bar[:2], LEFT + round(room * min(1.0, share)), bar[3]), GREEN)
        draw.text((LEFT + room + 20, top + 50), told, INK, words)
    draw.text((LEFT, HEIGHT - 100), _counted(day), INK, words)
    draw.text((LEFT, HEIGHT - 56), _missed(day), INK, words)
    image.save(file, "PNG")


def main(arguments: list[str] | None = None) -> int:
    """0; 69 when the journal cannot be read."""
    line = entry.parser("./hall report quiet", _("今天叫号有多安静"))
    line.add_argument("--out", type=Path, default=Path("out/quiet.png"), metavar="PNG")
    asked = line.parse_args(arguments)
    hall = entry.hall(asked.config)

    def told() -> int:
        events = recorded(hall.caller.journal)
        day, dates = measured(events), [f"{event.at:%Y-%m-%d}" for event in events[:1]]
        print(*dates, table(day), sep="\n")
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        picture(day, asked.out, *dates)
        print(asked.out)
        return 0

    return ended(hall, told)


if __name__ == "__main__":
    entry.run(main)
