"""How far a case is, in a visitor's words; what cannot be said is said calmly, with the next step."""

from __future__ import annotations

from config.languages import CHINESE, _
from drivers.progress import Finding, State
from kiosk.endings import desk
from kiosk.steps import Page, Session
from kiosk.view import Place, Tile, View, foot, keypad


def pad(session: Session, place: Place) -> View:
    """The number on the acceptance receipt, typed or scanned."""
    tongue = session.language
    lead = _("请输入受理凭证上的编号。", tongue)
    if any(reader.kiosk == place.kiosk.id and reader.kind != "idcard" for reader in place.hall.reader):
        lead = _("请输入受理凭证上的编号，或者把上面的码对准扫描口。", tongue)
    return View(
        Page.PROGRESS, tongue, _("查办理进度", tongue), lead, number=_spaced(session.typed), tiles=keypad(tongue),
        primary=Tile("ask", _("正在查…", tongue) if session.job else _("查询", tongue), tone="go"),
        foot=foot(session, place), columns=3,
    )  # fmt: skip


def found(session: Session, place: Place) -> View:
    tongue = session.language
    finding = session.finding or Finding(State.DOWN)
    title, lead = _said(finding.state, place, tongue)
    if finding.due:
        lead += "\n" + _("预计 {day} 办好", tongue).format(day=finding.due)
    elif finding.updated and not finding.missing:
        lead += "\n" + _("{day} 更新", tongue).format(day=finding.updated)
    if finding.missing:
        between = "、" if tongue == CHINESE else ", "
        lead += "\n" + _("要补：{things}", tongue).format(things=between.join(finding.missing))
    typed = session.typed
    number = _("受理编号 {number}", tongue).format(number=_spaced(typed)) if typed else ""
    again = _("再查一次", tongue)
    if finding.state not in (State.SLOW, State.DOWN):
        again = _("查另一个编号", tongue)
    return View(
        Page.FOUND, tongue, title, lead, badge=number, tiles=(Tile("progress", again),),
        primary=Tile("home", _("回到首页", tongue), tone="go"), foot=foot(session, place),
    )  # fmt: skip


def _said(state: State, place: Place, tongue: str) -> tuple[str, str]:
    ask = desk(place, tongue)
    match state:
        case State.ACCEPTED:
            return _("已经受理", tongue), _("材料收下了，正在排队审核，不用再来。", tongue)
        case State.REVIEWING:
            return _("正在审核", tongue), _("工作人员正在审核，不用再来，办好会通知您。", tongue)
        case State.RECORDED:
            return _("已经登簿", tongue), _("登记完成了，正在制证，请再等一等。", tongue)
        case State.READY:
            return _("可以领证了", tongue), _("请带受理凭证和身份证，在首页选“领证”取号。", tongue)
        case State.COLLECTED:
            return _("证书已经领走", tongue), _("这件事已经办完。", tongue)
        case State.MORE_PAPERS:
            return _("还要补材料", tongue), _("补齐以后再取号，不用重新申请。", tongue)
        case State.RETURNED:
            return _("这件事退回了", tongue), _("请带受理凭证来问原因。", tongue) + "\n" + ask
        case State.UNKNOWN:
            return _("没有查到这个编号", tongue), _("请对照受理凭证再输一次。", tongue) + "\n" + ask
        case State.SLOW:
            return _("查询系统很慢", tongue), _("请过一会儿再查，您的事不受影响。", tongue) + "\n" + ask
        case State.DOWN:
            return _("查询系统现在连不上", tongue), _("请过一会儿再查，您的事不受影响。", tongue) + "\n" + ask
        case State.UNREADABLE:
            return _("这次没有查成", tongue), _("查询系统的回答看不懂，不是您的问题。", tongue) + "\n" + ask


def _spaced(number: str) -> str:
    """In fours, as people read long numbers."""
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))
