"""The rules of calling as a supervisor reads them: for whom, where, when; then what happens, step by step."""

from __future__ import annotations

from collections.abc import Iterator

from config.calling import USUAL, Act, Calling, Stage, Wish
from config.languages import _
from config.schema import Hall


def told(hall: Hall) -> Iterator[str]:
    """Two lines for each rule, in their order: the first that fits is the one that counts."""
    for number, rule in enumerate(hall.calling or USUAL, 1):
        whom = _("、").join(_whom(rule, hall)) or _("所有人")
        yield f"{number}  {rule.name} · {whom}"
        yield (
            "   "
            + _("；").join(_step(stage, rule.stages[:n]) for n, stage in enumerate(rule.stages))
            + _more(rule)
        )


def _whom(rule: Calling, hall: Hall) -> Iterator[str]:
    if rule.wish is Wish.SILENT:
        yield _("拿了震动牌的")
    elif rule.wish is Wish.ALOUD:
        yield _("没拿震动牌的")
    yield from (zone.name for zone in hall.zone if zone.id in rule.zones)
    yield from (service.name for service in hall.service if service.id in rule.services)
    yield from rule.hours


def _step(stage: Stage, before: tuple[Stage, ...]) -> str:
    again = any(earlier.act is stage.act for earlier in before)
    match stage.act:
        case Act.PAGER:
            what = _("再震一次") if again else _("震动牌震动")
        case Act.FLASH:
            what = _("大屏闪")
        case Act.VOICE:
            what = _("再用语音叫") if again else _("用语音叫")
    if stage.after_seconds == 0:
        return what
    return _("{seconds} 秒后没来，{what}").format(seconds=stage.after_seconds, what=what)


def _more(rule: Calling) -> str:
    more = []
    if rule.aloud_from_attempt:
        more.append(_("第 {number} 次叫起马上出声").format(number=rule.aloud_from_attempt))
    if rule.times:
        more.append(_("读 {times} 遍").format(times=rule.times))
    if rule.volume_db:
        more.append(
            (_("响 {db:g} 分贝") if rule.volume_db > 0 else _("轻 {db:g} 分贝")).format(
                db=abs(rule.volume_db)
            )
        )
    return "".join(_("；") + each for each in more)
