"""The green channel asks for the group; a card proves an age, everything else the staff look at, and that is said."""

from __future__ import annotations

from dataclasses import replace

from config.languages import _
from kiosk.arrivals import has_cards
from kiosk.choices import PRIORITIES
from kiosk.steps import Page, Session
from kiosk.view import Place, Tile, View, listed, priority_name


def priority(session: Session, place: Place) -> View:
    tongue = session.language
    tiles = [Tile(f"priority:{p}", priority_name(p, tongue), tone="amber") for p in PRIORITIES]
    reads = has_cards(place.hall, place.kiosk.id)
    title = _("绿色通道：您是哪一种？", tongue)
    lead = _("优先办理。请带好证件，工作人员将核验。", tongue)
    if place.wide:
        lead = _("证件由工作人员核验", tongue)  # there is room beside the title, and no more
    if reads:
        lead = _("60 岁以上放一下身份证就行，其他的工作人员将核验。", tongue)
    if reads and place.wide:
        lead = _("60 岁以上放身份证，其他要核验", tongue)
    alert = ""
    here = session.arrival
    if place.sheets.get(Page.SERVICE, (1, 4))[1] < 4:  # letters are large and the glass is small
        title = _("您是哪一种？证件会核验", tongue)
        if here.misread:
            title = _("没有读到，请再放一次", tongue)
        elif here.young:
            title = _("证件不到 60 岁，请另选", tongue)
    elif here.misread:
        alert = _("没有读到，请把身份证放平，停两秒再拿开。", tongue)
    elif here.young:
        alert = _("证件上还不到 60 岁。是别的情况请点一项，工作人员将核验。", tongue)
    return replace(listed(session, place, title, "" if alert else lead, tiles), alert=alert)
