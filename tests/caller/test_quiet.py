"""How quiet the day was: counted from the journal by hand here, by the report there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from caller import quiet
from caller.__main__ import serve
from caller.messages import (
    AlarmRaised,
    CallDelivered,
    CallNext,
    Channel,
    ConfirmTicket,
    Event,
    Need,
    ReportDelivery,
    ReserveTicket,
    Result,
    ServeTicket,
    TicketCalled,
    TicketReserved,
    TicketServed,
)
from caller.quiet import Quiet, measured
from config.schema import Hall
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.caller.test_service import ask
from tests.display.stage import write
from tests.serving import serving

NINE = datetime.fromisoformat("2026-11-23T09:00:00+08:00")


def called(ticket: str, attempt: int = 1) -> TicketCalled:
    return TicketCalled(
        at=NINE, call=f"c-{ticket}-{attempt}", ticket=ticket, window=3, attempt=attempt, rule="first-come"
    )


def told(
    ticket: str,
    channel: Channel,
    result: Result,
    attempt: int = 1,
    device: str = "",
    seconds: float = 0.0,
) -> CallDelivered:
    call = f"c-{ticket}-{attempt}"
    return CallDelivered(
        at=NINE, call=call, channel=channel, device=device or str(channel), result=result, seconds=seconds
    )


def served(ticket: str) -> TicketServed:
    return TicketServed(at=NINE, ticket=ticket, window=3)


def test_a_day_is_counted() -> None:
    day: list[Event] = [
        # a pager, and the visitor came
        called("A001"),
        told("A001", Channel.BOARD, Result.SHOWN),
        told("A001", Channel.PAGER, Result.VIBRATED),
        served("A001"),
        # a pager twice, then the voice
        called("A002"),
        told("A002", Channel.PAGER, Result.VIBRATED),
        told("A002", Channel.PAGER, Result.VIBRATED, device="pager-2-again"),
        told("A002", Channel.VOICE, Result.SPOKEN),
        served("A002"),
        # the voice at once
        called("A003"),
        told("A003", Channel.VOICE, Result.SPOKEN),
        served("A003"),
        # a pager that failed and a voice that was too late, then a second call by pager
        called("A004"),
        told("A004", Channel.PAGER, Result.FAILED),
        told("A004", Channel.VOICE, Result.EXPIRED),
        called("A004", 2),
        told("A004", Channel.PAGER, Result.VIBRATED, 2),
        served("A004"),
        # nobody came
        called("A005"),
        told("A005", Channel.VOICE, Result.SPOKEN),
        # everything is broken, and the clerk has to call out
        called("A006"),
        told("A006", Channel.VOICE, Result.FAILED),
        AlarmRaised(at=NINE, call="c-A006-1"),
    ]
    found = measured(day)
    seconds = 3 * 10.5, 7 * 10.5
    assert found == Quiet(7, 4, 2, 2, 3, 1, 1, *seconds)
    assert found.minutes == pytest.approx(found.voice_only * 3 / 7)
    assert "太迟没有播的 1 次，改由工作人员喊的 1 次" in quiet.table(found)


def reserved(ticket: str, **more: object) -> TicketReserved:
    return TicketReserved(at=NINE, ticket=ticket, service="transfer", token="t", **more)  # type: ignore[arg-type]


def test_what_a_visitor_needs_and_chose_is_counted_as_it_was_done() -> None:
    both = [told("A001", Channel.PAGER, Result.VIBRATED), told("A001", Channel.VOICE, Result.SPOKEN)]
    blind: list[Event] = [
        reserved("A001", need=Need.BLIND, pager=7),
        called("A001"),
        *both,
        served("A001"),
    ]
    assert measured(blind).first == 1, "the voice did not wait for the pager"
    assert measured([reserved("A001", pager=7), *blind[1:]]).first == 0, "here it had to take over"
    english = measured([reserved("A001", language="en"), called("A001"), both[1], called("A002")])
    assert english.minutes == pytest.approx(100 * 15.5 / 60 / 2), "both languages"
    assert english.voice_only == pytest.approx(100 * 26 / 60 / 2)


def test_what_was_spoken_counts_as_long_as_it_was_and_the_rest_as_others_were() -> None:
    def aloud(ticket: str, seconds: float) -> list[Event]:
        return [called(ticket), told(ticket, Channel.VOICE, Result.SPOKEN, seconds=seconds)]

    def quietly(ticket: str) -> list[Event]:
        return [called(ticket), told(ticket, Channel.PAGER, Result.VIBRATED)]

    named, burst = aloud("A001", 12.4), aloud("A002", 4.0)
    found = measured([*named, *burst, *quietly("A003")])
    assert (found.sounded, found.all_aloud) == pytest.approx((16.4, 16.4 + 8.2)), "a name, a short one"

    foreign = [reserved(ticket, language="en") for ticket in ("A004", "A005")]
    found = measured([*foreign, *named, *burst, *quietly("A005")])
    assert found.all_aloud == pytest.approx(16.4 + 8.2 + 5.0), "nobody was called in English yet"
    found = measured([*foreign, *named, *aloud("A004", 17.0), *quietly("A005")])
    assert found.all_aloud == pytest.approx(12.4 + 2 * 17.0)


def test_a_day_on_which_nothing_happened_is_told_too(tmp_path: Path) -> None:
    quiet.picture(Quiet(), tmp_path / "quiet.png")
    assert "—" in quiet.table(Quiet())


def test_the_report_is_read_from_the_journal_while_the_caller_writes_it(
    hall: Hall, broker: Broker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, port=broker.port),
        caller=msgspec.structs.replace(hall.caller, journal=f"sqlite:///{tmp_path}/journal.db"),
    )
    out = tmp_path / "deep" / "quiet.png"
    with serving(serve, ours), Bus(broker.host, broker.port, ours.hall.id, "clerk") as bus:
        ask(bus, ReserveTicket(id="1", service="transfer", pager=7))
        ask(bus, ConfirmTicket(id="2", ticket="A001"))
        ask(bus, CallNext(id="3", window=3))
        call = next(e.call for e in quiet.recorded(ours.caller.journal) if isinstance(e, TicketCalled))
        done = {"call": call, "channel": Channel.PAGER, "device": "pager-7", "result": Result.VIBRATED}
        ask(bus, ReportDelivery(id="4", **done))  # type: ignore[arg-type]
        ask(bus, ServeTicket(id="5", window=3))
        ask(bus, ReserveTicket(id="6", service="transfer"))
        ask(bus, ConfirmTicket(id="7", ticket="A002"))
        ask(bus, CallNext(id="8", window=4))
        aloud = {"call": call.replace("A001", "A002"), "channel": Channel.VOICE, "device": "voice-east"}
        ask(bus, ReportDelivery(id="9", **aloud, result=Result.SPOKEN, seconds=13.2))  # type: ignore[arg-type]
        file = write(ours, tmp_path / "hall.toml")
        assert quiet.main(["--config", str(file), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "呼叫 2 次，群众到窗口 1 位" in said and "没有出声就办成的 1 位，占 100 %" in said
    assert "每百次呼叫出声 11.0 分钟，全用语音要 22.0 分钟" in said, "13.2 s of two calls"
    today = f"{quiet.recorded(ours.caller.journal)[0].at:%Y-%m-%d}"
    assert said.startswith(today)
    with Image.open(out) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 20) or []}
        assert min(picture.convert("L").crop((700, 40, 1080, 100)).tobytes()) < 60, "the day is written there"
    assert (0x1F, 0x6F, 0x5C) in colours


def test_a_journal_that_is_not_there_is_said(hall: Hall, tmp_path: Path) -> None:
    caller = msgspec.structs.replace(hall.caller, journal=f"sqlite:///{tmp_path}/none.db")
    file = write(msgspec.structs.replace(hall, caller=caller), tmp_path / "hall.toml")
    assert quiet.main(["--config", str(file)]) == 69
