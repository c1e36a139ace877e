"""What a clerk may choose from on the pad's lists, and the command that each choice is; no Kivy here.

A choice is a word: "window-3", "service-mortgage", "clerk-018", "park-waiting-15", "why-urgent", "ticket-A012".
"""

from __future__ import annotations

from dataclasses import dataclass

from msgspec.structs import replace

from caller.messages import (
    CallTicket,
    Command,
    HallState,
    Park,
    ParkTicket,
    PauseWindow,
    ResumeTicket,
    TransferTicket,
    Why,
    WindowState,
    WindowStatus,
    pauses,
    say_why,
)
from caller.pad import view
from config.languages import _
from config.schema import Hall

WAITS = (5, 10, 15, 30, 60)  # minutes that a visitor may wait beside the window for something


@dataclass(frozen=True)
class Choice:
    """Something to choose in a list; `what` is "window-3", "service-mortgage" or "ticket-A012". One that is `on` holds
    for whatever is chosen next."""

    what: str
    label: str
    note: str = ""
    quiet: bool = False
    on: bool = False


def transfer_choices(hall: Hall, here: int, state: HallState | None) -> tuple[list[Choice], list[Choice]]:
    """Where this visitor may go: the other windows, and the services."""
    mine = view.window_of(state, here)
    service = mine.service if mine else ""
    windows = []
    for window in hall.window:
        if window.number != here:
            label = f"{window.number} {window.name}"
            windows.append(
                Choice(f"window-{window.number}", label, *_there(hall, state, window.number, service))
            )
    counts = {s.id: s.waiting for s in state.services} if state else {}
    services = [
        Choice(f"service-{s.id}", s.name, _("等 {count}").format(count=counts.get(s.id, 0)))
        for s in hall.service
    ]
    return windows, services


def _there(hall: Hall, state: HallState | None, number: int, service: str) -> tuple[str, bool]:
    """What a clerk should know before sending somebody there, and whether it is better not to."""
    there = view.window_of(state, number)
    if there is None or there.status is WindowStatus.CLOSED:
        return _("未开放"), True
    if there.status is WindowStatus.PAUSED:
        return _("暂停"), True
    serves = hall.serves(hall.find_window(number))
    if service and service not in serves:
        return _("改办{service}").format(service=hall.find_service(serves[0]).name), False
    return _("等 {count}").format(count=there.waiting), False


def clerk_choices(hall: Hall, here: int, state: HallState | None) -> list[Choice]:
    """The colleagues who are signed in elsewhere."""
    names = {clerk.badge: clerk.name for clerk in hall.clerk}
    return [
        Choice(
            f"clerk-{window.clerk}",
            " ".join(filter(None, (window.clerk, names.get(window.clerk, "")))),
            _("{number} 号窗口").format(number=window.number),
        )
        for window in (state.windows if state else ())
        if window.clerk and window.number != here
    ]


def how_choices(hall: Hall, draft: TransferTicket) -> list[Choice]:
    """How this visitor is sent, before it is said where."""
    how = [
        Choice("how-tail", _("排到最后"), on=draft.at_tail),
        Choice("how-back", _("办完回来"), on=draft.come_back),
    ]
    if hall.caller.notes:
        how.append(Choice("how-note", draft.note or _("带一句话"), on=bool(draft.note)))
    return how


def note_choices(hall: Hall) -> list[Choice]:
    """What may be written on a transfer: the hall's own words, and nobody's name."""
    return [Choice(f"note-{n}", words) for n, words in enumerate(hall.caller.notes)]


def park_choices() -> list[Choice]:
    """The three kinds of setting a visitor aside; the third ends by itself."""
    waits = [Choice(f"park-waiting-{n}", _("等 {minutes} 分钟").format(minutes=n)) for n in WAITS]
    return [
        Choice(f"park-{Park.WITHOUT_PAPERS}", _("不持件"), _("材料带走，哪个窗口都能恢复")),
        Choice(f"park-{Park.WITH_PAPERS}", _("持件"), _("材料留下，只在这个窗口恢复")),
        *waits,
    ]


def reason_choices() -> list[Choice]:
    """Why a visitor is called out of order."""
    return [Choice(f"why-{why}", say_why(why)) for why in Why]


def pause_choices() -> list[Choice]:
    """Why this window pauses, in the words that the hall sees."""
    return [Choice(f"pause-{words}", words) for words in pauses()]


def parked_choices(hall: Hall, state: WindowState | None) -> list[Choice]:
    """The visitors whom this window has set aside, first the one who waits longest."""
    letters: dict[str, list[str]] = {}
    for service in hall.service:
        letters.setdefault(service.letter, []).append(service.name)
    parked = state.parked if state else ()
    return [Choice(f"ticket-{n}", n, "、".join(letters.get(n[:1], ()))) for n in parked]


def drafted(what: str, draft: TransferTicket, hall: Hall) -> TransferTicket | None:
    """The draft as this choice makes it; None if it is about something else."""
    match what.partition("-"):
        case ["how", "-", "tail"]:
            return replace(draft, at_tail=not draft.at_tail)
        case ["how", "-", "back"]:
            return replace(draft, come_back=not draft.come_back)
        case ["note", "-", number]:
            return replace(draft, note=hall.caller.notes[int(number)])
    return None


def order(what: str, id: str, draft: TransferTicket, call: CallTicket | None) -> Command | None:
    """The command that this choice is; None if it is none. `draft` is how somebody is sent, before it is said where;
    `call` is one that waits for its reason."""
    kind, _dash, which = what.partition("-")
    window = draft.window
    match kind:
        case "window":
            return replace(draft, id=id, to_window=int(which))
        case "service":
            return replace(draft, id=id, service=which)
        case "clerk":
            return replace(draft, id=id, to_clerk=which)
        case "why" if call is not None:
            return replace(call, id=id, why=Why(which))
        case "pause" if which != "window":
            return PauseWindow(id=id, window=window, why=which)
        case "ticket":
            return ResumeTicket(id=id, window=window, ticket=which)
        case "park" if which != "ticket":
            if which.startswith(f"{Park.WAITING}-"):
                minutes = int(which.removeprefix(f"{Park.WAITING}-"))
                return ParkTicket(id=id, window=window, kind=Park.WAITING, minutes=minutes)
            return ParkTicket(id=id, window=window, kind=Park(which))
    return None
