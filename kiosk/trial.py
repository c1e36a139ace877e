"""A paper for whoever sets a kiosk up: everything that a ticket is made of, and nobody can take it for one."""

from __future__ import annotations

from datetime import datetime

from config.languages import _
from config.schema import Hall, Kiosk
from kiosk.ticket import Blocks, Code, Mark, Name, Note, Pair, Rule, Title, moment_of


def trial(hall: Hall, kiosk: Kiosk, at: datetime) -> Blocks:
    return (
        Title(hall.hall.name, moment_of(hall, kiosk, at), hall.hall.name_en, hall.hall.logo),
        Mark(_("试打，不是号票")),
        Name(_("取号机 {number}").format(number=kiosk.id), kiosk.printer.profile),
        Rule(),
        Pair(_("打印机"), kiosk.printer.url),
        Pair(_("生僻字"), "㐂 𠮷 䶮 𬍛"),
        Rule(),
        Code(hall.hall.ticket_url + "TRIAL" if hall.hall.ticket_url else "TRIAL", (_("扫得出来就好。"),)),
        Note(_("字清楚、不缺边、切得断，就可以用了。")),
    )
