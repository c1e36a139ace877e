"""The one-time notice (一次性告知): everything a visitor must bring and know, told once, on a paper to take home."""

from __future__ import annotations

from datetime import datetime

from config.languages import CHINESE, _, chosen
from config.schema import Hall, Kiosk, WindowKind
from kiosk.ticket import (
    Block,
    Blocks,
    Code,
    Items,
    Mark,
    Name,
    Note,
    Pair,
    Rule,
    Title,
    in_other,
    moment_of,
    where,
)


def notice(hall: Hall, kiosk: Kiosk, service: str, at: datetime, language: str = CHINESE) -> Blocks:
    """Chinese, and beside it the visitor's language if that is another."""
    asked = hall.find_service(service)
    other = language if language != CHINESE else ""
    plain = asked.plain or asked.name
    name = Name(
        plain,
        asked.name if plain != asked.name else "",
        chosen("", asked.plain_en or asked.name_en, other) if other else "",
    )
    blocks: list[Block] = [
        Title(hall.hall.name, moment_of(hall, kiosk, at), "", hall.hall.logo),
        Mark(_("一次性告知")),
        name,
        Rule(),
    ]
    if asked.materials:
        blocks += [Items(_("要带的材料"), asked.materials), Rule()]
        if other and asked.materials_en:
            blocks[-1:] = [Items(_("要带的材料", other), asked.materials_en), Rule()]
    if asked.fee:
        blocks.append(Pair(_("收费"), asked.fee, asked.fee_en if other else ""))
    if asked.promised_days:
        told = _("{days} 个工作日内").format(days=asked.promised_days)
        blocks.append(
            Pair(_("办好要多久"), told, in_other("{days} 个工作日内", other).format(days=asked.promised_days))
        )
    blocks += [*where(hall, asked, other), Rule()]
    if asked.guide_url:
        notes = [_("扫码看完整办事指南，材料样本、表格都在里面。")]
        if other:
            notes.append(_("扫码看完整办事指南，材料样本、表格都在里面。", other))
        blocks += [Code(asked.guide_url, tuple(notes)), Rule()]
    blocks += [Note(line) for line in _contacts(hall)]
    return tuple(blocks)


def _contacts(hall: Hall) -> list[str]:
    """Whom to ask, and whom to tell when it went wrong."""
    desk = next((w for w in hall.window if w.kind is WindowKind.CONSULTATION), None)
    listen = next((w for w in hall.window if w.kind is WindowKind.COMPLAINT), None)
    lines = []
    if desk:
        lines.append(
            _("材料不清楚，请到 {number} 号窗口（{name}）问。").format(number=desk.number, name=desk.name)
        )
    if listen:
        lines.append(_("材料带齐了仍办不成，请到 {number} 号窗口反映。").format(number=listen.number))
    lines.append(_("咨询与监督电话 {phone}").format(phone=hall.hall.supervision))
    return lines
