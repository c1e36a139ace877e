"""How a visit ends: a ticket to take, or calm words that say what to do now and where to go.

No page blames the visitor, and none leaves them without a next step.
"""

from __future__ import annotations

import dataclasses

from caller.messages import Need, Reason, Step, TicketView, say
from config.languages import _, chosen
from config.schema import WindowKind
from kiosk import offer, taken
from kiosk.arrivals import has_codes
from kiosk.choices import free_pagers
from kiosk.doors import of
from kiosk.home import language_tile
from kiosk.steps import Page, Session, Trouble
from kiosk.ticket import windows_said
from kiosk.view import NOTHING, Place, Tile, View, escape, foot, kept_for, listed, plain


def ending(session: Session, place: Place) -> View:
    if session.unresolved:
        return _unresolved(session, place)
    match session.page:
        case Page.PRINTING:
            return _printing(session, place)
        case Page.DONE:
            return taken.taken(session, place)
        case Page.PAGER:
            return _pager(session, place)
        case Page.HELD:
            return _held(session, place)
        case Page.SORRY:
            return _sorry(session, place)
        case _:
            return _out(session, place)


def _unresolved(session: Session, place: Place) -> View:
    """Who cannot be given a number now needs none to be heard; the number that is on its way comes all the same."""
    tongue, hall = session.language, place.hall
    service = kept_for(hall, WindowKind.COMPLAINT)
    zone = hall.find_zone(service.zone) if service else None
    lead = ""
    if service and zone:
        lead = _("请直接到{zone}的 {windows}，不用取号。", tongue).format(
            zone=chosen(zone.name, zone.name_en, tongue), windows=windows_said(hall, service.id, tongue)
        )
    if session.ticket and session.page is not Page.OUT:
        kept = _("您的号 {number} 给您留着，好了以后自动打出来。", tongue)
        lead += "\n" + kept.format(number=session.ticket.number)
    title, back = _("办不成的事，有人听您说", tongue), Tile("back", _("返回", tongue), tone="ink")
    return View(session.page, tongue, title, lead.strip(), foot=(back, NOTHING, NOTHING))


def _printing(session: Session, place: Place) -> View:
    """It stands for a second or two, and nothing on it can be touched by a finger that is still on the key; where it
    stands longer there is a way out."""
    tongue = session.language
    number = session.ticket.number if session.ticket else ""
    lead = _("号票马上从下方出来。", tongue)
    title = _("正在补打，请稍候", tongue) if session.again else _("正在取号，请稍候", tongue)
    bar = (NOTHING, NOTHING, escape(session, place)) if session.slow else ()
    return View(Page.PRINTING, tongue, title, lead, number=number, foot=bar)


def _pager(session: Session, place: Place) -> View:
    tongue = session.language
    tiles = [Tile(f"lend:{n}", str(n)) for n in free_pagers(session, place.hall)]
    title = _("您拿的是几号？", tongue)
    lead = _("从架子上拿一个震动牌，点一下它背面的号码。", tongue)
    if has_codes(place.hall, place.kiosk.id):
        lead = _("从架子上拿一个震动牌，点它的号码，或者把它的条码对准扫描口。", tongue)
    if session.need is Need.DEAF or place.wide:
        title = _("请拿震动牌，点它的号", tongue)  # where the glass is low there is no room to say more
    if session.need is Need.DEAF:
        lead = _("先取走下方的号票，再拿一个震动牌，点一下它背面的号码。轮到您时它会震动。", tongue)
    if session.reason:
        lead = _("{why}，请换一个。", tongue).format(why=say(session.reason, tongue))
    return listed(session, place, title, lead, tiles)


def _elsewhere(session: Session, place: Place) -> str:
    """The next place that gives numbers, and the desk where a person helps."""
    tongue = session.language
    others = [k for k in place.hall.kiosk if k.id != place.kiosk.id]
    lines = []
    if others:
        where = gate(others[0].place or str(others[0].id), tongue)
        lines.append(_("请到{place}的取号机取号。", tongue).format(place=where))
    return "\n".join(filter(None, (*lines, desk(place, tongue))))


def desk(place: Place, tongue: str) -> str:
    """Where a person helps."""
    found = next((w for w in place.hall.window if w.kind is WindowKind.CONSULTATION), None)
    if found is None:
        return ""
    name = chosen(found.name, found.name_en, tongue)
    return _("也可以到{desk}（{number} 号窗口）请人帮您。", tongue).format(desk=name, number=found.number)


def gate(where: str, language: str) -> str:
    """Kiosks stand at doors; a place that has no translation keeps its Chinese name, as on the signs."""
    known = {
        "南门": _("南门", language), "北门": _("北门", language),
        "东门": _("东门", language), "西门": _("西门", language),
    }  # fmt: skip
    return known.get(where, where)


def _held(session: Session, place: Place) -> View:
    tongue = session.language
    number = session.ticket.number if session.ticket else ""
    match session.printer:
        case Trouble.PAPER:
            title = _("正在换纸", tongue)
        case Trouble.COVER:
            title = _("打印机的盖子开着", tongue)
        case _:
            title = _("打印机正在修", tongue)
    lead = _("您的号 {number} 给您留着，好了以后自动补打。", tongue).format(number=number)
    others = [k.place or str(k.id) for k in place.hall.kiosk if k.id != place.kiosk.id]
    label = _("不等了", tongue)
    hint = _("这个号作废，请重新取号", tongue)
    if others:
        label = _("不等了，去别的取号机", tongue)
        where = gate(others[0], tongue)
        hint = _("这个号作废，请到{place}的取号机重新取", tongue).format(place=where)
    else:
        lead += "\n" + desk(place, tongue)
    return View(
        Page.HELD, tongue, title, lead, number=number, tiles=(Tile("leave", label, hint),),
        after_primary=_("两分钟内没有好，这个号就作废。", tongue), foot=(NOTHING, NOTHING, escape(session, place)),
    )  # fmt: skip


def _sorry(session: Session, place: Place) -> View:
    """The queue said no: why, and what to do instead."""
    from kiosk import reception

    if session.ended and session.reason is None:
        return _ended(session, session.ended, place)
    if reception.is_told(session):
        return reception.refused(session, place)
    tongue = session.language
    title = say(session.reason, tongue) if session.reason else _("现在取不了这个号", tongue)
    lead = _("没有取号。可以换一项业务。", tongue)
    opens = state.opens if (state := of(session, session.service)) else None
    again = offer.moment(opens, place.now, tongue) if opens else ""
    tiles: tuple[Tile, ...] = ()
    match session.reason:
        case Reason.QUOTA_USED_UP | Reason.NUMBERS_USED_UP | Reason.CLOSING if again:
            lead = _("这项业务{moment}再来取号。", tongue).format(moment=again)
            lead += "\n" + _("其他业务照常，可以换一项。", tongue)
        case Reason.OUTSIDE_HOURS if again:
            lead = _("{moment}开始取号。", tongue).format(moment=again)
        case Reason.ALREADY_HOLDS if session.arrival.person and not session.alone:
            lead = _("请用您手里的号等候。", tongue)
            tiles = (Tile("lost", _("补打号票", tongue), _("号票丢了，再打一张", tongue)),)
        case Reason.ALREADY_HOLDS:
            lead = _("请用您手里的号等候；号票丢了请到咨询台。", tongue)
    return View(
        Page.SORRY, tongue, title, "\n".join(filter(None, (lead, desk(place, tongue)))), tiles=tiles,
        primary=Tile("home", _("回到首页", tongue), tone="go"), foot=foot(session, place),
    )  # fmt: skip


def _ended(session: Session, ticket: TicketView, place: Place) -> View:
    """A paper of this number would be worth nothing."""
    tongue = session.language
    title = _("{number} 号已经取消了", tongue)
    lead = _("您在手机上取消了这个号，它不再排队，所以不再打票。还要办的话，重新取一个号就行。", tongue)
    if ticket.step is Step.FINISHED:
        title = _("{number} 号已经办完了", tongue)
        lead = _("这个号的事已经办完，所以不再打票。还有别的事，重新取一个号就行。", tongue)
    service = place.hall.find_service(ticket.service)
    again = Tile(f"service:{service.id}", _("重新取号", tongue), plain(service, tongue))
    return View(
        Page.SORRY, tongue, title.format(number=ticket.number), lead, tiles=(again,),
        primary=Tile("home", _("回到首页", tongue), tone="go"), foot=foot(session, place),
    )  # fmt: skip


def _out(session: Session, place: Place) -> View:
    tongue = session.language
    title, lead = _why(session.cause, tongue)
    # The other kiosks ask the same queue: where it is the queue that fails, only a person helps.
    queue = session.cause is Trouble.DISK
    lead += "\n" + (desk(place, tongue) if queue else _elsewhere(session, place))
    if session.voided:
        void = _("您刚才的号 {number} 已经作废。", tongue).format(number=session.voided)
        lead = f"{void}\n{lead}"
    recovers = _("修好后这里会自动恢复。", tongue)
    other = language_tile(session)
    return View(
        Page.OUT, tongue, title, lead.strip(), after_primary=recovers,
        foot=(dataclasses.replace(other, tone="ink") if other else NOTHING, NOTHING, escape(session, place)),
    )  # fmt: skip


def _why(cause: Trouble | None, tongue: str) -> tuple[str, str]:
    """What is wrong with this kiosk, and what a visitor should know of it."""
    match cause:
        case Trouble.PAPER:
            return _("这台取号机没纸了", tongue), _("工作人员已经知道，正在来换纸。", tongue)
        case Trouble.COVER:
            return _("这台取号机的盖子开着", tongue), _("请不要伸手进去，工作人员马上关好。", tongue)
        case Trouble.CUTTER:
            return _("这台取号机的出纸口卡住了", tongue), _("请不要用力拉纸，工作人员马上来。", tongue)
        case Trouble.PRINTER:
            return _("这台取号机的打印机没有反应", tongue), _("工作人员已经知道，正在来修。", tongue)
        case Trouble.DISK:
            return _("叫号系统暂时记不下新号", tongue), _("手里有号的照常叫号，不用重新取。", tongue)
    return _("这台取号机暂时连不上叫号系统", tongue), ""
