"""Within a day the same person is the same word; the day after nobody can tell whose it was."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import msgspec
import pytest

from caller.database import JournalError
from caller.daykeys import DayKeys, day_keys
from caller.messages import (
    AppointmentBooked,
    Booking,
    CallNext,
    ConfirmTicket,
    ImportAppointments,
    OpenWindow,
    Reason,
    ReserveTicket,
    ServeTicket,
    TicketReserved,
)
from caller.veil import NOBODY, Veil
from config.calling import Act, Calling, Stage
from config.schema import Hall
from tests.caller.bookday import slot, who
from tests.quiet import QuietHall
from tests.unplugged import Unplugged

TODAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 24)
SOMEBODY = who("somebody")


def veil(today: date = TODAY) -> Veil:
    return DayKeys().veil(today.isoformat())


def test_a_person_is_one_word_a_day_and_another_on_another() -> None:
    ours = veil()
    one = ours.person(SOMEBODY, TODAY)
    assert one == ours.person(SOMEBODY, TODAY) != ours.person(who("other"), TODAY)
    assert one.person != ours.person(SOMEBODY, TOMORROW).person
    assert one.person != ours.code(SOMEBODY, TODAY)
    assert SOMEBODY not in str(one)
    assert ours.person("", TODAY) == NOBODY


def test_another_hall_knows_nobody_of_ours() -> None:
    assert veil().person(SOMEBODY, TODAY) != veil().person(SOMEBODY, TODAY)


def test_an_absence_opens_only_with_the_day_s_key() -> None:
    ours = veil()
    one = ours.person(SOMEBODY, TODAY)
    assert ours.unsealed(one.person, one.sealed, TODAY) in one.records
    assert one.sealed not in one.records
    without = Veil({}, ours.months)
    assert without.unsealed(one.person, one.sealed, TODAY) == ""


def test_keys_are_there_before_they_are_used_and_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "journal.keys"
    first = DayKeys(file, days_ahead=3).veil("2026-11-29")
    assert list(first.days) == ["2026-11-29", "2026-11-30", "2026-12-01", "2026-12-02"]
    assert list(first.months) == ["2026-11", "2026-12"]
    assert DayKeys(file, days_ahead=3).veil("2026-11-29") == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["journal.keys"]


def test_a_key_that_is_used_is_there_when_the_plug_is_pulled_and_one_that_is_over_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    surely = Unplugged(tmp_path, monkeypatch)
    keys = DayKeys(tmp_path / "journal.keys")

    def found() -> Veil:
        again = tmp_path / "again.keys"
        again.write_bytes(surely.found("journal.keys"))
        return DayKeys(again, days_ahead=0).veil("2026-11-24")

    for day in ("2026-11-23", "2026-11-24"):
        assert keys.veil(day) == found()
    keys.forget("2026-11-24")
    assert "2026-11-23" not in found().days


def test_a_day_that_is_over_has_no_key_and_its_bytes_are_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "journal.keys"
    keys = DayKeys(file)
    before = keys.veil("2026-11-23")
    old = os.open(file, os.O_RDONLY)  # whoever still has the file that was
    kept = file.read_bytes()
    after = keys.veil("2026-11-24")
    assert before.days.keys() <= after.days.keys(), "not before the new day is committed"
    middle = os.open(file, os.O_RDONLY)
    keys.forget("2026-11-24")
    assert "2026-11-23" not in DayKeys(file).veil("2026-11-24").days
    for descriptor in (old, middle):
        assert set(os.pread(descriptor, len(kept), 0)) == {0}
        os.close(descriptor)


def test_a_month_s_key_goes_when_its_last_absence_counts_no_more(tmp_path: Path) -> None:
    keys = DayKeys(tmp_path / "journal.keys", days_ahead=0, absence_days=30)
    keys.veil("2026-11-30")
    for day, months in (("2026-12-30", ["2026-11", "2026-12"]), ("2026-12-31", ["2026-12"])):
        keys.veil(day)
        keys.forget(day)
        assert sorted(keys.veil(day).months) == months


@pytest.mark.parametrize("damage", [b"", b"{", b'{"days":1}', b'{"other":{}}'])
def test_a_key_file_that_cannot_be_read_is_never_made_anew(tmp_path: Path, damage: bytes) -> None:
    """New keys would be of other people; the caller says that its record is not there."""
    file = tmp_path / "journal.keys"
    file.write_bytes(damage)
    with pytest.raises(JournalError, match="day keys"):
        DayKeys(file).veil("2026-11-23")
    assert file.read_bytes() == damage


def test_the_keys_are_beside_the_journal_unless_hall_toml_says_where(hall: Hall) -> None:
    assert day_keys(hall)._file == Path("/var/lib/hall/journal.keys")


def test_after_the_day_the_journal_cannot_be_linked(hall: Hall, tmp_path: Path) -> None:
    """Whoever has the journal, the keys that are left, the hall's hash of the person and the code itself cannot make
    a single word of the day that is over; and while it lasted, could."""
    journal, keys = tmp_path / "journal.db", DayKeys(tmp_path / "journal.keys")
    booked = Booking(code="BJ0001", service="transfer", slot=slot("09:00"), person=SOMEBODY)
    with QuietHall(hall, journal, slot("08:55")) as quiet:
        assert quiet.does(ImportAppointments(id="1", bookings=(booked,))).done
        assert quiet.does(ReserveTicket(id="2", service="mortgage", person=SOMEBODY)).done
        again = ReserveTicket(id="3", service="mortgage", person=SOMEBODY)
        assert quiet.does(again).reason is Reason.ALREADY_HOLDS
        assert len(_written(quiet) & _makeable(keys.veil("2026-11-23"))) == 2, "the person and the code"
        quiet.now = slot("08:55", "2026-11-24")
        quiet.time_passes()
        assert not _written(quiet) & _makeable(keys.veil("2026-11-24"))
        assert quiet.does(again).done, "another day, another number"
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    assert SOMEBODY.encode() not in everything and b"BJ0001" not in everything


@pytest.mark.parametrize("by_name", [True, False])
def test_how_a_visitor_is_addressed_is_known_for_the_day_and_only_while_they_are_called(
    hall: Hall, tmp_path: Path, by_name: bool
) -> None:
    rule = Calling(name="叫称呼", stages=(Stage(act=Act.VOICE),), by_name=by_name)
    ours = msgspec.structs.replace(hall, calling=(rule,))
    journal, keys = tmp_path / "journal.db", DayKeys(tmp_path / "journal.keys")
    address, known = "欧阳*先生", "欧阳*先生" if by_name else ""
    with QuietHall(ours, journal, slot("08:55")) as quiet:
        assert quiet.does(ReserveTicket(id="1", service="transfer", address=address, token="t" * 12)).done
        assert quiet.does(ConfirmTicket(id="2", ticket="A001")).done
        assert quiet.does(OpenWindow(id="3", window=3)).done
    with QuietHall(ours, journal, slot("08:56")) as quiet:  # started again, and it still knows
        assert quiet.does(CallNext(id="4", window=3)).done
        (told,) = quiet.calls.calls
        assert told.address == known
        assert address.encode() not in quiet.ears.kept["state/hall"]
        assert quiet.does(ServeTicket(id="5", window=3)).done
        assert address.encode() not in b"".join(quiet.ears.kept.values())
        (sealed,) = {t.address for t in quiet.caller._state.tickets.values()}
        assert keys.veil("2026-11-23").unveiled(sealed, TODAY, "t" * 12) == known
        quiet.now = slot("08:55", "2026-11-24")
        quiet.time_passes()
        assert keys.veil("2026-11-24").unveiled(sealed, TODAY, "t" * 12) == ""
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    assert address.encode() not in everything and "欧阳".encode() not in everything


def test_two_visitors_of_one_surname_are_two_words() -> None:
    ours = veil()
    one, other = (ours.veiled("张*女士", TODAY, paper) for paper in ("token-of-one", "token-of-other"))
    assert one != other and ours.unveiled(one, TODAY, "token-of-one") == "张*女士"
    assert ours.veiled("", TODAY, "token") == ours.unveiled("", TODAY, "token") == ""


def _written(quiet: QuietHall) -> set[str]:
    """Every word of every event so far that stands for a person or a code."""
    events = [e for e in quiet.ears.events if isinstance(e, AppointmentBooked | TicketReserved)]
    words = {getattr(e, name, "") for e in events for name in ("person", "agent", "code", "sealed")}
    assert events
    return words - {""}


def _makeable(veil: Veil) -> set[str]:
    days = [date.fromisoformat(day) for day in veil.days]
    words = {veil.person(SOMEBODY, day).person for day in days} | {veil.code("BJ0001", day) for day in days}
    return words | set(veil.records(SOMEBODY))
