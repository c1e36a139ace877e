"""What a page says is worked out here from the session and the hall; the glass only lays it out.

A `View` is the whole semantic content of a screen: the same words serve the eye, the tests and, later, the
ear. One question a screen, a visitor's words first, and no button that does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from caller.messages import Reason, say
from config.languages import CHINESE, _, chosen
from config.schema import Hall, Kiosk, Service, WindowKind
from kiosk.doors import of
from kiosk.steps import Page, Session


@dataclass(frozen=True)
class Tile:
    """Something that can be touched. `tone`: plain, go, amber, ink (on the dark bar), alarm."""

    target: str
    label: str
    hint: str = ""
    note: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Fact:
    """One thing to know: what it is, and how it is."""

    name: str
    value: str


@dataclass(frozen=True)
class Spot:
    """Something on the hall's plan, in parts of it from the top left: a zone with what is in it, or, without a size, a
    place; `here`: where one stands."""

    name: str
    words: str
    left: float
    top: float
    width: float = 0.0
    height: float = 0.0
    here: bool = False


@dataclass(frozen=True)
class View:
    """A screen. `tiles` are what the page asks about, `keys` lead elsewhere, `foot` is always there."""

    page: Page
    language: str
    title: str
    lead: str = ""
    badge: str = ""  # a reminder above the title: green channel
    number: str = ""
    name: str = ""
    tiles: tuple[Tile, ...] = ()
    keys: tuple[Tile, ...] = ()
    facts: tuple[Fact, ...] = ()
    plan: tuple[Spot, ...] = ()
    things: tuple[str, ...] = ()  # a checklist
    things_title: str = ""
    alert: str = ""  # why there is no number
    rule: str = ""  # what a late-comer may count on
    code: str = ""  # what a QR code says
    logo: str = ""  # a picture file
    primary: Tile | None = None
    after_primary: str = ""
    foot: tuple[Tile, ...] = ()  # left, middle, right
    foot_line: str = ""
    hall_name: str = ""
    hall_place: str = ""
    phone_line: str = ""
    clock: str = ""
    tongue: Tile | None = None  # the other language
    columns: int = 1
    cross: tuple[float, float] | None = None  # parts of the glass, from its top left


@dataclass(frozen=True)
class Place:
    """What the words depend on besides the session: the hall, this kiosk, the wall clock, a countdown."""

    hall: Hall
    kiosk: Kiosk
    now: datetime
    left: int = 0  # seconds until the page goes by itself
    sheets: dict[Page, tuple[int, int]] = field(default_factory=dict)  # columns and rows of tiles per page
    about: tuple[tuple[str, str], ...] = ()  # what this machine is, for whoever sets it up

    @property
    def wide(self) -> bool:
        """The panel is wider than high: there is room beside a thing, and little below it."""
        return self.kiosk.width > self.kiosk.height


def view(session: Session, place: Place) -> View:
    """The screen for this session."""
    seen = _view(session, place)
    hall = place.hall.hall
    return replace(
        seen, hall_name=chosen(hall.name, hall.name_en, session.language),
        phone_line=_("监督电话 {phone}", session.language).format(phone=hall.supervision),
        clock=f"{place.now.hour}:{place.now:%M}",
    )  # fmt: skip


def _view(session: Session, place: Place) -> View:
    from kiosk import asides, bencheyes, casework, endings, green, home, offer, reception, resting

    match session.page:
        case Page.HOME:
            return home.home(session, place)
        case Page.GROUP:
            return _group(session, place)
        case Page.ALL:
            tiles = [service_tile(session, s) for s in place.hall.service]
            say = _("全部业务", session.language), _("请点您要办的一项。", session.language)
            return listed(session, place, *say, tiles)
        case Page.PRIORITY:
            return green.priority(session, place)
        case Page.SERVICE:
            return offer.service(session, place)
        case Page.GUIDE:
            return offer.guide(session, place)
        case Page.CASES:
            return offer.cases(session, place)
        case Page.CHECKIN | Page.PHONE | Page.CARD | Page.LOST:
            return reception.arrival(session, place)
        case Page.PIN | Page.SETUP | Page.CROSS | Page.CROSSED | Page.ABOUT:
            return bencheyes.bench(session, place)
        case Page.PROGRESS:
            return casework.pad(session, place)
        case Page.FOUND:
            return casework.found(session, place)
        case Page.IDLE:
            return resting.idle(session, place)
        case Page.CLOSED:
            return resting.closed(session, place)
        case Page.ACCESS | Page.MAP | Page.STILL | Page.PEOPLE:
            return asides.aside(session, place)
        case _:
            return endings.ending(session, place)


def listed(session: Session, place: Place, title: str, lead: str, tiles: Sequence[Tile]) -> View:
    """A page of tiles; what does not fit stands on further sheets."""
    columns, rows = place.sheets.get(session.page, (1, 6))
    room = columns * rows
    last = max(0, (len(tiles) - 1) // room)
    sheet = min(session.sheet, last)
    further = more(session, sheet, last)
    return View(
        session.page, session.language, title, lead, badge(session, place.hall), columns=columns,
        tiles=tuple(tiles[sheet * room : (sheet + 1) * room]), foot=foot(session, place, further),
    )  # fmt: skip


NOTHING = Tile("", "")  # keeps a place empty, so that the others are always in theirs


def more(session: Session, sheet: int, last: int) -> Tile:
    """The way to the next sheet, and from the last to the first."""
    if not last:
        return NOTHING
    following = 0 if sheet == last else sheet + 1
    note = _("第 {sheet} 页，共 {sheets} 页", session.language).format(sheet=sheet + 1, sheets=last + 1)
    return Tile(f"sheet:{following}", _("下一页", session.language), hint=note, tone="ink")


def foot(session: Session, place: Place, further: Tile = NOTHING) -> tuple[Tile, ...]:
    """The way back is always on the left, and the way out when nothing worked always on the right."""
    back = Tile("back", _("返回", session.language), tone="ink")
    return back, further, escape(session, place)


def escape(session: Session, place: Place) -> Tile:
    """When nothing else worked: on every page where something can be chosen, unless this is that page."""
    service = kept_for(place.hall, WindowKind.COMPLAINT)
    here = session.page in (Page.SERVICE, Page.GUIDE, Page.CASES)
    if service is None or (here and session.service == service.id):
        return NOTHING
    return Tile(f"service:{service.id}", _("办不成事", session.language), tone="alarm")


def badge(session: Session, hall: Hall) -> str:
    """What is known of this visitor, for their own eyes; and that it will be said, where the hall calls by name."""
    tongue, card = session.language, session.arrival.person
    if session.priority:
        who = priority_name(session.priority, tongue)
        said = (
            _("绿色通道：{who}，证件已核验", tongue)
            if session.arrival.proved
            else _("绿色通道：{who}", tongue)
        )
        return said.format(who=who)
    if card is None:
        return ""
    said = _("身份证：{name}", tongue)
    if hall.by_name and card.address:
        said = _("身份证：{name}，叫号时会念到", tongue)
    return said.format(name=card.polite if tongue == CHINESE else card.name)


def keypad(tongue: str) -> tuple[Tile, ...]:
    """Ten figures, and two keys to mend what was typed."""
    keys = [Tile(f"digit:{n}", str(n)) for n in range(1, 10)]
    return (*keys, Tile("clear", _("清空", tongue)), Tile("digit:0", "0"), Tile("erase", _("删除", tongue)))


def shortened(session: Session) -> str:
    """Why the queue refused, as a title."""
    return say(session.reason, session.language) if session.reason else ""


def kept_for(hall: Hall, kind: WindowKind) -> Service | None:
    """The service that only windows of this kind give."""
    for window in hall.window:
        if window.kind is kind and window.serves:
            return hall.find_service(window.serves[0])
    return None


def plain(service: Service, language: str) -> str:
    """The service in a visitor's words."""
    return chosen(service.plain or service.name, service.plain_en or service.name_en, language)


def priority_name(priority: str, language: str) -> str:
    """A group of visitors that the law puts first."""
    names = {
        "military": _("军人、退役军人", language),
        "elderly": _("老年人", language),
        "disabled": _("残疾人", language),
        "pregnant": _("孕妇、带婴幼儿的人", language),
        "ill": _("重病患者", language),
        "firefighter": _("消防救援人员", language),
    }
    return names[priority]


def waiting(session: Session, services: Sequence[str]) -> str:
    """How many wait; nothing where it is not known."""
    if session.hall is None or session.alone:
        return ""
    count = sum(s.waiting for s in session.hall.services if s.id in services)
    if count == 0:
        return _("不用等", session.language)
    return _("等候 {count} 人", session.language).format(count=count)


def _group(session: Session, place: Place) -> View:
    group = next(g for g in place.hall.group if g.id == session.group)
    tiles = [service_tile(session, place.hall.find_service(s)) for s in group.services]
    title = chosen(group.name, group.name_en, session.language)
    return listed(session, place, title, _("具体是哪一种？", session.language), tiles)


def shortly(refused: Reason, language: str) -> str:
    """Why a service gives no number, in few words."""
    if refused is Reason.OUTSIDE_HOURS:
        return _("现在不取号", language)
    return _("今天的号已取完", language) if refused is not Reason.CLOSING else _("今天不再取号", language)


def service_tile(session: Session, service: Service) -> Tile:
    tongue = session.language
    words = plain(service, tongue)
    official = chosen(service.name, service.name_en, tongue)
    hint = "" if official == words else official
    state = of(session, service.id)
    note = waiting(session, (service.id,))
    if state and state.refused:
        note = shortly(state.refused, tongue)
    return Tile(f"service:{service.id}", words, hint, note)
