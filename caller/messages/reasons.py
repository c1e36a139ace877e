"""Why the queue says no, in words that the person at the key or at the glass can act on."""

from __future__ import annotations

from caller.messages.words import Reason, Why
from config.languages import _


def say(reason: Reason, language: str = "zh") -> str:
    """One short sentence."""
    match reason:
        case Reason.NOBODY_WAITING:
            return _("没有等候的群众", language)
        case Reason.WINDOW_BUSY:
            return _("窗口正在办理", language)
        case Reason.WINDOW_CLOSED:
            return _("窗口没有开放", language)
        case Reason.WINDOW_IDLE:
            return _("窗口现在没有号", language)
        case Reason.UNKNOWN_WINDOW:
            return _("没有这个窗口", language)
        case Reason.UNKNOWN_SERVICE:
            return _("没有这项业务", language)
        case Reason.UNKNOWN_TICKET:
            return _("今天没有这个号", language)
        case Reason.UNKNOWN_PAGER:
            return _("没有这个震动牌", language)
        case Reason.NOT_SERVED_HERE:
            return _("这个窗口不办这项业务", language)
        case Reason.NOT_SERVED_THERE:
            return _("那个窗口不办这项业务", language)
        case Reason.WRONG_STEP:
            return _("这个号现在不能这样操作", language)
        case Reason.TOO_EARLY:
            return _("刚叫过，请稍等再叫", language)
        case Reason.TOO_FEW_CALLS:
            return _("叫满次数才能过号", language)
        case Reason.PAGER_TAKEN:
            return _("这个震动牌已经借出", language)
        case Reason.PAGER_LOST:
            return _("这个震动牌登记丢失了，先归还登记", language)
        case Reason.NOTHING_TO_RATE:
            return _("现在没有可以评价的办理", language)
        case Reason.ALREADY_RATED:
            return _("已经评价过了，谢谢", language)
        case Reason.PAGER_FLAT:
            return _("这个震动牌没电，要先充电", language)
        case Reason.TOO_LATE:
            return _("过号太久，请重新取号", language)
        case Reason.NEEDS_REASON:
            return _("不按顺序叫号要选原因", language)
        case Reason.NOT_YOURS:
            return _("号票对不上", language)
        case Reason.ALREADY_HOLDS:
            return _("今天这项业务您已经有号了", language)
        case Reason.OUTSIDE_HOURS:
            return _("现在不是取号时间", language)
        case Reason.CLOSING:
            return _("今天来不及办了，请改天再来", language)
        case Reason.QUOTA_USED_UP:
            return _("这项业务今天的号已经取完", language)
        case Reason.UNKNOWN_CLERK:
            return _("没有这个工号", language)
        case Reason.CLERK_BUSY:
            return _("这个工号在别的窗口还有群众", language)
        case Reason.UNKNOWN_APPOINTMENT:
            return _("没有找到这个预约", language)
        case Reason.APPOINTMENT_EARLY:
            return _("预约时间还没到", language)
        case Reason.APPOINTMENT_LATE:
            return _("预约时间已经过了", language)
        case Reason.APPOINTMENT_USED:
            return _("这个预约已经取过号", language)
        case Reason.APPOINTMENT_CANCELLED:
            return _("这个预约已经取消", language)
        case Reason.APPOINTMENT_OTHER_DAY:
            return _("预约的不是今天", language)
        case Reason.ALREADY_BOOKED:
            return _("这一天的这项业务您已经约过了", language)
        case Reason.CODE_TAKEN:
            return _("这个预约码已经用了", language)
        case Reason.NOT_BOOKABLE:
            return _("这项业务不用预约", language)
        case Reason.NO_SUCH_SLOT:
            return _("没有这个预约时段", language)
        case Reason.AGENT_LIMIT:
            return _("代办人这一天的预约已经满额", language)
        case Reason.SLOT_USED_UP:
            return _("这个时段的现场号已经取完，请过一会儿再来", language)
        case Reason.NO_APPOINTMENT_LEFT:
            return _("这个时段已经约满", language)
        case Reason.BARRED:
            return _("暂时不能预约，请到咨询台", language)
        case Reason.NUMBERS_USED_UP:
            return _("今天的号已经取完", language)
        case Reason.NOT_OFFLINE:
            return _("叫号系统离线，这项业务暂时取不了号", language)
        case Reason.MALFORMED:
            return _("命令写错了", language)
        case Reason.JOURNAL_UNAVAILABLE:
            return _("暂时记不下来，请稍后再试", language)


def say_why(why: Why, language: str = "zh") -> str:
    """A clerk's reason for a call out of order: the one list, for pads, PCs and whoever explains it."""
    match why:
        case Why.AT_WINDOW:
            return _("群众已在窗口", language)
        case Why.RETURNED:
            return _("过号后回来", language)
        case Why.URGENT:
            return _("急事急办", language)
        case Why.MISTAKE:
            return _("取错号", language)
        case Why.SUPERVISOR:
            return _("主管安排", language)


def pauses(language: str = "zh") -> tuple[str, ...]:
    """Why a window pauses, as a clerk's PC offers it; the hall shows these words."""
    return (_("午餐", language), _("开会", language), _("交接班", language), _("设备检修", language))
