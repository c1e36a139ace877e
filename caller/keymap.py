"""A key is not an action: hall.toml binds the two, and here a press becomes a command or a reason why not.

A binding's key is a pad's own word for it ("NEXT"), the same after exact digits ("6 FUNCTION"), or after any
("digits NEXT"). Nothing is ignored: a key that means nothing is refused in words.
"""

from __future__ import annotations

from collections.abc import Mapping

from caller.messages import (
    CallNext,
    CallOff,
    CallTicket,
    CloseWindow,
    Command,
    EvacuateHall,
    FinishTicket,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    PauseWindow,
    RateService,
    Reason,
    RecallTicket,
    ResumeTicket,
    ReturnPager,
    ReturnTicket,
    ServeTicket,
    TransferTicket,
    Why,
    WindowState,
    WindowStatus,
    say,
)
from config.actions import ACTIONS
from config.languages import _
from drivers.keypad.keys import DIGITS
from drivers.keypad.press import Press

ANY = "digits"
TAKES_DIGITS = (
    "call-ticket",
    "resume-ticket",
    "return-ticket",
    "transfer-ticket",
    "open-window",
    "return-pager",
    "digit",
)
LONGEST_TICKET = 5  # digits, as on the wire
LAST_WINDOW = 99
LAST_PAGER = 999


class Unclear(Exception):
    """The press cannot be a command; `why` tells the clerk what is missing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Keymap:
    """What the keys of one kind of pad mean. `bindings` is a `[keymap.*]` table, checked by `config`."""

    def __init__(self, bindings: Mapping[str, str]) -> None:
        unknown = set(bindings.values()) - set(ACTIONS)
        if unknown:
            raise ValueError(f"no action {', '.join(sorted(unknown))}")
        self._bindings = dict(bindings)

    def meaning(self, press: Press) -> tuple[str, str]:
        """The action, and the digits that it is about. An unbound key is "nothing".

        A key after digits that is bound only without them keeps its meaning where that takes digits; otherwise
        it means nothing: who typed a number wanted more than the bare key does.
        """
        if not press.digits:
            return self._bindings.get(press.key, "nothing"), ""
        exact = self._bindings.get(f"{press.digits} {press.key}")
        if exact is not None:
            return exact, ""
        any_digits = self._bindings.get(f"{ANY} {press.key}")
        if any_digits is not None:
            return any_digits, press.digits
        bare = self._bindings.get(press.key, "digit" if press.key in DIGITS else "nothing")
        return (bare, press.digits) if bare in TAKES_DIGITS else ("nothing", press.digits)


def command(action: str, digits: str, window: int, state: WindowState | None, id: str) -> Command | None:
    """The command that an action at this window is, None for a key that only types; raises Unclear."""
    match action:
        case "call-next":
            return CallNext(id=id, window=window)
        case "call-ticket":  # keys have no list of reasons: who is called by number stands at the window
            return CallTicket(id=id, window=window, ticket=_ticket(digits), why=Why.AT_WINDOW)
        case "recall-ticket":
            return RecallTicket(id=id, window=window)
        case "serve-ticket":
            return ServeTicket(id=id, window=window)
        case "finish-ticket":
            return FinishTicket(id=id, window=window)
        case "mark-no-show":
            return MarkNoShow(id=id, window=window)
        case "park-ticket":
            return ParkTicket(id=id, window=window, kind=Park.WITHOUT_PAPERS)
        case "park-with-papers":
            return ParkTicket(id=id, window=window, kind=Park.WITH_PAPERS)
        case "park-to-wait":
            return ParkTicket(id=id, window=window, kind=Park.WAITING)
        case "resume-ticket":
            return ResumeTicket(id=id, window=window, ticket=_ticket(digits) if digits else None)
        case "return-ticket":
            return ReturnTicket(id=id, window=window, ticket=_ticket(digits))
        case "transfer-ticket":
            return TransferTicket(id=id, window=window, to_window=_window(digits))
        case "open-window":
            return OpenWindow(id=id, window=window, clerk=digits)
        case "pause-window":
            return _pause_or_open(window, state, id)
        case "return-pager":
            return ReturnPager(id=id, pager=_pager(digits))
        case "close-window":
            return CloseWindow(id=id, window=window)
        case "evacuate-hall":
            return EvacuateHall(id=id)
        case "call-off":
            return CallOff(id=id)
        case "digit" | "clear":
            return None
    if action.startswith("rate-"):
        return RateService(id=id, window=window, mark=int(action[-1]))
    raise Unclear(_("这个键在这里没有用"))


def _pause_or_open(window: int, state: WindowState | None, id: str) -> Command:
    """The one key stops and starts: a window that is not open has nothing to pause."""
    if state is None or state.status is WindowStatus.OPEN:
        return PauseWindow(id=id, window=window)
    return OpenWindow(id=id, window=window)


def _ticket(digits: str) -> str:
    if not digits:
        raise Unclear(_("请先输号码，再按这个键"))
    if len(digits) > LONGEST_TICKET:
        raise Unclear(say(Reason.UNKNOWN_TICKET))
    return digits


def _pager(digits: str) -> int:
    if not digits:
        raise Unclear(_("请先输震动牌的号码，再按这个键"))
    if not 1 <= int(digits) <= LAST_PAGER:
        raise Unclear(say(Reason.UNKNOWN_PAGER))
    return int(digits)


def _window(digits: str) -> int:
    if not digits:
        raise Unclear(_("请先输窗口号，再按转移"))
    if not 1 <= int(digits) <= LAST_WINDOW:
        raise Unclear(say(Reason.UNKNOWN_WINDOW))
    return int(digits)
