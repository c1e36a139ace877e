"""What the pad's list of choices offers on each occasion; the app turns to it and hears what was chosen."""

from __future__ import annotations

from caller.messages import HallState, TransferTicket, WindowState
from caller.pad import choices, view
from caller.pad.pages import ChoicePage, NumberPage
from config.languages import _
from config.schema import Hall


def transfer(page: ChoicePage, hall: Hall, draft: TransferTicket, state: HallState | None) -> None:
    windows, services = choices.transfer_choices(hall, draft.window, state)
    clerks = choices.clerk_choices(hall, draft.window, state)
    here = view.window_of(state, draft.window)
    title = _("{ticket} 转移到哪里？").format(ticket=here.ticket if here else "")
    groups = [("", 3, choices.how_choices(hall, draft)), (_("窗口"), 4, windows)]
    groups += [(_("工作人员"), 3, clerks)] if clerks else []
    page.offer(title, [*groups, (_("业务，由办这项业务的窗口叫"), 3, services)])


def notes(page: ChoicePage, hall: Hall) -> None:
    page.offer(_("带一句什么话？"), [("", 2, choices.note_choices(hall))])


def parking(page: ChoicePage, ticket: str) -> None:
    kinds = choices.park_choices()
    title = _("{ticket} 怎么挂起？").format(ticket=ticket)
    page.offer(title, [("", 1, kinds[:2]), (_("在旁边等，到时间自己回到队里"), 3, kinds[2:])])


def parked(page: ChoicePage, hall: Hall, here: WindowState | None) -> None:
    page.offer(_("恢复哪一位？"), [("", 2, choices.parked_choices(hall, here))])


def pauses(page: ChoicePage) -> None:
    page.offer(_("为什么暂停？大厅看得到"), [("", 2, choices.pause_choices())])


def reasons(page: ChoicePage, ticket: str) -> None:
    """Only a call that is not in order needs one."""
    page.offer(
        _("{ticket} 不按顺序，为什么先叫？").format(ticket=ticket), [("", 1, choices.reason_choices())]
    )


def badge(page: NumberPage) -> str:
    """What the number that is typed will be for."""
    page.ask(_("您的工号"), _("输入工号"), _("登录开放"), ("close-window", _("下班关窗")))
    return "open-window"


def number(page: NumberPage) -> str:
    """The same; whoever missed the call is called at once, or waits at the place that the ticket promises."""
    page.ask(_("呼叫哪个号？"), _("只输数字，如 12"), _("呼叫"), ("return-ticket", _("过号回来，排队")))
    return "call-ticket"
