"""What a step of a day script is as a command of the bus: for the queue alone, and for whoever speaks without a pad."""

from __future__ import annotations

from datetime import datetime, timedelta

from caller.messages import (
    BookAppointment,
    CallNext,
    CallOff,
    CallTicket,
    CancelTicket,
    CheckIn,
    CloseWindow,
    Command,
    Condition,
    ConfirmTicket,
    EvacuateHall,
    ExtendHours,
    FindTickets,
    FinishTicket,
    MarkNoShow,
    OpenWindow,
    Park,
    ParkTicket,
    PauseWindow,
    RecallTicket,
    ReportPager,
    ReserveTicket,
    ResumeTicket,
    ReturnPager,
    ReturnTicket,
    ServeTicket,
    TransferTicket,
    VoidTicket,
    Why,
)
from config.schema import Hall
from kiosk.choices import PRIORITIES
from kiosk.view import priority_name
from tests.day import Arrive, Book, CheckedIn, Extend, Give, Handle, Press, Touch
from tests.people import card_of, phone_of


def service_of(hall: Hall, name: str) -> str:
    found = next((s.id for s in hall.service if s.name == name), None)
    assert found, f"the hall has no {name}"
    return found


def group_of(name: str) -> str:
    """The priority group that is called so; "" for nobody's."""
    found = next((p for p in PRIORITIES if name and name in priority_name(p, "zh")), "")
    assert bool(found) == bool(name), f"nobody is called {name}"
    return found


CONDITIONS = {"is lost": Condition.LOST, "is flat": Condition.FLAT, "is charged": Condition.FINE}


def befallen(pager: int, what: str, id: str) -> Command:
    """What a person at the rack says of a pager."""
    if what == "is returned":
        return ReturnPager(id=id, pager=pager)
    return ReportPager(id=id, pager=pager, condition=CONDITIONS[what])


def touched(hall: Hall, kiosk: int, touch: Touch, id: str) -> ReserveTicket:
    return ReserveTicket(
        id=id,
        service=service_of(hall, touch.service),
        kiosk=str(kiosk),
        priority=group_of(touch.group),
        need=touch.need,
        language=touch.language,
    )


def pressed(hall: Hall, window: int, press: Press, id: str) -> Command:
    which = press.argument
    match press.key:
        case "next":
            return CallNext(id=id, window=window)
        case "call":
            keyed = None if press.said else Why.AT_WINDOW
            return CallTicket(id=id, window=window, ticket=which, why=Why(press.why) if press.why else keyed)
        case "recall":
            return RecallTicket(id=id, window=window)
        case "serve":
            return ServeTicket(id=id, window=window)
        case "finish":
            return FinishTicket(id=id, window=window)
        case "no-show":
            return MarkNoShow(id=id, window=window)
        case "park":
            kind = Park(which or "without-papers")
            return ParkTicket(id=id, window=window, kind=kind, minutes=press.minutes)
        case "resume":
            return ResumeTicket(id=id, window=window, ticket=which or None)
        case "return":
            return ReturnTicket(id=id, window=window, ticket=which)
        case "transfer" | "transfer-to-clerk":
            return _transfer(hall, window, press, id)
        case "open":
            return OpenWindow(id=id, window=window, clerk=which)
        case "pause":
            return PauseWindow(id=id, window=window, why=which)
        case "close":
            return CloseWindow(id=id, window=window)
        case "evacuate":
            return EvacuateHall(id=id)
        case "call-off":
            return CallOff(id=id)
    raise AssertionError(press.key)


def _transfer(hall: Hall, window: int, press: Press, id: str) -> TransferTicket:
    clerk = press.argument if press.key == "transfer-to-clerk" else ""
    number = int(press.argument) if press.argument.isdigit() and not clerk else None
    service = "" if clerk or number is not None else service_of(hall, press.argument)
    return TransferTicket(
        id=id,
        window=window,
        service=service,
        to_window=number,
        to_clerk=clerk,
        at_tail=press.at_tail,
        come_back=press.come_back,
        note=press.note,
    )


def given(hall: Hall, give: Give, id: str) -> ReserveTicket:
    return ReserveTicket(
        id=id,
        service=service_of(hall, give.service),
        kiosk="desk",
        priority=group_of(give.group),
        person=card_of(give.person),
        then=tuple(service_of(hall, name) for name in give.then),
        people=give.people,
    )


def booked(hall: Hall, book: Book, today: datetime, id: str) -> BookAppointment:
    day = today.date() + timedelta(days=int(book.later))
    while book.later and day.weekday() > 4:
        day += timedelta(days=1)
    return BookAppointment(
        id=id,
        service=service_of(hall, book.service),
        slot=datetime.combine(day, book.slot, today.tzinfo),
        code=book.code,
        person=card_of(book.person),
        phone=phone_of(book.person),
    )


def arrived(hall: Hall, came: Arrive, kiosk: int, id: str) -> Command:
    """What the glass makes of whoever comes with something."""
    match came.how:
        case "scans":
            return CheckIn(id=id, code=came.who, kiosk=f"kiosk-{kiosk}")
        case "card":
            return CheckIn(id=id, person=card_of(came.who), kiosk=f"kiosk-{kiosk}")
        case "phone":
            return CheckIn(id=id, phone=phone_of(came.who), kiosk=f"kiosk-{kiosk}")
        case "lost":
            return FindTickets(id=id, person=card_of(came.who), kiosk=f"kiosk-{kiosk}")
    service = service_of(hall, came.service)
    return ReserveTicket(id=id, service=service, kiosk=f"kiosk-{kiosk}", person=card_of(came.who))


def checked_in(came: CheckedIn, id: str) -> CheckIn:
    """One letter is a person, more are a code."""
    if len(came.who) == 1:
        return CheckIn(id=id, person=card_of(came.who), kiosk="desk")
    return CheckIn(id=id, code=came.who, kiosk="desk")


def handled(handle: Handle, token: str, id: str) -> Command:
    match handle.how:
        case "cancels":
            return CancelTicket(
                id=id, ticket=handle.ticket, token="forged" if handle.forged else token or "-"
            )
        case "takes back":
            return ReturnTicket(id=id, ticket=handle.ticket)
        case "confirms":
            return ConfirmTicket(id=id, ticket=handle.ticket, token=token)
    return VoidTicket(id=id, ticket=handle.ticket, why="desk")


def extended(hall: Hall, extend: Extend, now: datetime, id: str) -> ExtendHours:
    until = now.replace(hour=extend.until.hour, minute=extend.until.minute, second=0, microsecond=0)
    return ExtendHours(id=id, until=until, service=service_of(hall, extend.service) if extend.service else "")
