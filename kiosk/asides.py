"""Pages beside the way to a ticket: another way of seeing, how many came, where things are, "are you still there?"."""

from __future__ import annotations

from caller.messages import Need
from config.languages import _, chosen
from config.schema import Hall, Zone
from kiosk.choices import TOGETHER
from kiosk.endings import gate
from kiosk.sizes import reachable
from kiosk.steps import Page, Session
from kiosk.themes import Theme
from kiosk.view import NOTHING, Fact, Place, Spot, Tile, View, escape, foot, listed, more

WHOLE = 100  # percent


def aside(session: Session, place: Place) -> View:
    match session.page:
        case Page.ACCESS:
            return _access(session, place)
        case Page.MAP:
            return _map(session, place)
        case Page.PEOPLE:
            return _people(session, place)
        case _:
            return _still(session, place)


def _access(session: Session, place: Place) -> View:
    """Each way of seeing says whether it is on, in words."""
    tongue, theme = session.language, session.theme

    def choice(on: bool, target: str, off: str, label: str, hint: str) -> Tile:
        note = _("已打开，再点关闭", tongue) if on else ""
        return Tile(off if on else target, label, "" if on else hint, note)

    tiles = [
        choice(
            theme is Theme.ELDER,
            "theme:elder",
            "theme:plain",
            _("长辈版", tongue),
            _("字大，一步一问", tongue),
        ),
        choice(
            theme is Theme.CONTRAST,
            "theme:contrast",
            "theme:plain",
            _("高对比", tongue),
            _("黑底白字", tongue),
        ),
    ]
    need = session.need
    tiles += [
        choice(
            need is Need.DEAF,
            "need:deaf",
            "need:",
            _("听不清", tongue),
            _("发震动牌，轮到时它会震动", tongue),
        ),
        choice(
            need is Need.BLIND,
            "need:blind",
            "need:",
            _("看不清", tongue),
            _("轮到时一定用语音叫", tongue),
        ),
    ]
    if reachable(place.kiosk):
        low = session.low
        hint = _("坐着也够得着", tongue)
        tiles.append(choice(low, "low:on", "low:off", _("低位", tongue), hint))
    lead = _("怎样看得清、听得到、够得着？离开后自动恢复。", tongue)
    return listed(session, place, _("无障碍", tongue), lead, tiles)


def _people(session: Session, place: Place) -> View:
    """Buyer, seller, agent: one number brings them to the window together."""
    tongue = session.language
    tiles = [Tile(f"together:{count}", count) for count in TOGETHER]
    lead = _("只取一个号，叫到时一起到窗口。", tongue)
    return listed(session, place, _("几个人一起办？", tongue), lead, tiles)


def _map(session: Session, place: Place) -> View:
    """The zones with their windows, and where this kiosk stands."""
    hall, tongue = place.hall, session.language
    room = place.sheets.get(Page.MAP, (1, len(hall.zone)))[1]
    last = (len(hall.zone) - 1) // room
    sheet = min(session.sheet, last)
    zones = hall.zone[sheet * room : (sheet + 1) * room]
    facts = tuple(Fact(chosen(z.name, z.name_en, tongue), _windows(hall, z, tongue)) for z in zones)
    here = _("您在这里：{place}，自助取号机 {number}", tongue)
    standing = gate(place.kiosk.place or hall.hall.place, tongue)
    lead = here.format(place=standing, number=place.kiosk.id)
    further = more(session, sheet, last)
    plan = () if last else _plan(session, place)
    if plan:
        facts = ()
    return View(
        Page.MAP,
        tongue,
        _("大厅导览", tongue),
        lead,
        facts=facts,
        plan=plan,
        foot=foot(session, place, further),
    )


def _plan(session: Session, place: Place) -> tuple[Spot, ...]:
    """The zones where they are, this kiosk and the others; nothing where hall.toml does not say."""
    hall, tongue = place.hall, session.language
    if not place.kiosk.spot or not all(zone.area for zone in hall.zone):
        return ()
    zones = []
    for zone in hall.zone:
        left, top, width, height = (part / WHOLE for part in zone.area)
        name = chosen(zone.name, zone.name_en, tongue)
        zones.append(Spot(name, _windows(hall, zone, tongue), left, top, width, height))
    kiosks = []
    for kiosk in hall.kiosk:
        if kiosk.spot:
            left, top = (part / WHOLE for part in kiosk.spot)
            here = kiosk.id == place.kiosk.id
            name = _("您在这里", tongue) if here else _("取号机 {number}", tongue).format(number=kiosk.id)
            kiosks.append(Spot(name, "", left, top, here=here))
    return (*zones, *kiosks)


def _windows(hall: Hall, zone: Zone, tongue: str) -> str:
    """What the windows of a zone are for, and their numbers."""
    named: dict[str, list[int]] = {}
    for window in sorted(hall.window, key=lambda w: w.number):
        if window.zone == zone.id:
            named.setdefault(chosen(window.name, window.name_en, tongue), []).append(window.number)
    number = _("{number} 号", tongue)
    between = "、" if tongue == "zh" else ", "
    return "\n".join(
        f"{name} {number.format(number=between.join(map(str, numbers)))}" for name, numbers in named.items()
    )


def _still(session: Session, place: Place) -> View:
    tongue = session.language
    left = _("{seconds} 秒后回到首页，您选的都会清除。", tongue).format(seconds=place.left)
    more = Tile("more", _("需要更多时间", tongue), tone="go")
    home = Tile("home", _("回到首页", tongue))
    bar = NOTHING, NOTHING, escape(session, place)
    return View(Page.STILL, tongue, _("您还在吗？", tongue), left, tiles=(home,), primary=more, foot=bar)
