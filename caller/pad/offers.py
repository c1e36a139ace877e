"""What the pad's list of choices offers on each occasion; the app turns to it and hears what was chosen."""

from __future__ import annotations

from caller.messages import HallState, WindowState
from caller.pad import view
from caller.pad.pages import ChoicePage
from config.languages import _
from config.schema import Hall


def transfer(page: ChoicePage, hall: Hall, window: int, state: HallState | None) -> None:
    windows, services = view.transfer_choices(hall, window, state)
    here = view.window_of(state, window)
    title = _("{ticket} 转移到哪里？").format(ticket=here.ticket if here else "")
    page.offer(title, [(_("窗口"), 4, windows), (_("业务，由办这项业务的窗口叫"), 3, services)])


def parked(page: ChoicePage, hall: Hall, here: WindowState | None) -> None:
    page.offer(_("恢复哪一位？"), [("", 2, view.parked_choices(hall, here))])


def pauses(page: ChoicePage) -> None:
    page.offer(_("为什么暂停？大厅看得到"), [("", 2, view.pause_choices())])


def reasons(page: ChoicePage, ticket: str) -> None:
    """Only a call that is not in order needs one."""
    page.offer(_("{ticket} 不按顺序，为什么先叫？").format(ticket=ticket), [("", 1, view.reason_choices())])
