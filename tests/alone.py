"""The kiosks of a day that is played on the queue alone, while the caller is away: each gives numbers of its book."""

from __future__ import annotations

from pathlib import Path

from caller.messages import Answer, Command, ConfirmTicket, ReserveTicket
from kiosk.book import Leased, errand
from kiosk.bookkeeper import Bookkeeper
from tests.quiet import QuietHall


class Alone:
    """Begins with the last that the caller does before it is away: every kiosk has its lease."""

    def __init__(self, quiet: QuietHall, folder: Path) -> None:
        self._day = quiet.shown.day
        self._books = {
            f"{k.id}": Bookkeeper(folder / f"{k.id}.book", lambda: quiet.now) for k in quiet.hall.kiosk
        }
        for number, books in self._books.items():
            books._diary.open()
            self._run_errand(quiet, number)

    def gives(self, wanted: ReserveTicket) -> Answer:
        """The number that comes out of this kiosk, on paper."""
        books = self._books[wanted.kiosk]
        answer = books.answer(wanted)
        assert answer.ticket is not None, answer
        assert books.answer(ConfirmTicket(id=f"{wanted.id}-paper", ticket=answer.ticket.number)).done
        return answer

    def hand_over(self, quiet: QuietHall) -> None:
        """The caller is back."""
        for number, books in self._books.items():
            self._run_errand(quiet, number)
            books._diary.close()

    def _run_errand(self, quiet: QuietHall, number: str) -> None:
        """What a kiosk says and asks whenever the caller is there."""
        books = self._books[number]
        command: Command | None = errand(
            books.book, f"kiosk-{number}", f"{number}-{quiet.now}", quiet.now, self._day
        )
        if command is not None:
            answer = quiet.does(command)
            assert answer.lease is not None, answer
            books._diary.write(Leased(answer.lease))
