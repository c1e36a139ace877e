"""The ticket: what a visitor reads on it, and that every printer puts it on paper."""

from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from PIL import Image

from caller.messages import Step, TicketView
from config.schema import Hall
from drivers.printer import PROFILES
from drivers.printer.layout import wrap
from drivers.sim import make
from kiosk.paper import draw, paper
from kiosk.ticket import Blocks, Mark, Number, Pair, ticket, void_slip

AT = datetime(2026, 11, 23, 9, 42, tzinfo=ZoneInfo("Asia/Shanghai"))
VIEW = TicketView(
    number="A012", service="transfer", step=Step.RESERVED, issued_at=AT, token="Xk3dP0aQ9rTz", ahead=6
)
URL = "https://hall.binjiang.example/t/Xk3dP0aQ9rTz"


def printed(blocks: Blocks, profile: str, out: Path) -> dict[str, object]:
    """The paper that a printer of this kind cuts off."""
    printer = make("printer", "printer-1", out, {"paper": profile[:2]})
    printer.receive(paper(blocks, PROFILES[profile]))
    (cut,) = [event for event in printer.events if event["event"] == "cut"]
    return cut


def scanned(png: Path) -> str:
    """What a phone reads from the paper."""
    found = subprocess.run(["zbarimg", "-q", "--raw", str(png)], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def test_the_number_stands_first_and_everything_needed_is_there(hall: Hall) -> None:
    blocks = ticket(hall, hall.kiosk[0], VIEW)
    assert Number("A012") in blocks
    text = "\n".join(msgspec.json.encode(blocks).decode().split('"'))
    for words in (
        "滨江市不动产登记中心", "一楼大厅 南门 · 9:42 · 2026-11-23 周一", "买房卖房过户", "转移登记", "6 人", "东区",
        "1、3、4、5、6、7 号", "不动产权证书、买卖合同", "叫号 3 次未到算过号", "今天都会办完", "监督电话 12345", URL,
    ):  # fmt: skip
        assert words in text, words
    assert "补打" not in text


def test_the_rule_on_the_ticket_is_the_rule_of_the_hall(hall: Hall) -> None:
    caller = msgspec.structs.replace(hall.caller, calls_before_no_show=2)
    other = msgspec.structs.replace(hall, caller=caller)
    assert "叫号 2 次未到" in str(ticket(other, hall.kiosk[0], VIEW))


def test_what_a_late_comer_may_count_on_is_on_the_paper(hall: Hall) -> None:
    text = str(ticket(hall, hall.kiosk[0], VIEW, language="en"))
    assert "30 分钟内或再叫 5 个号前回来，不用重新取号，排在下面 2 位之后。" in text
    assert "Come back within 30 minutes, or 5 more numbers, and keep your ticket, behind the next 2." in text
    caller = msgspec.structs.replace(hall.caller, return_behind=0)
    tail = str(ticket(msgspec.structs.replace(hall, caller=caller), hall.kiosk[0], VIEW))
    assert "不用重新取号，排在最后。" in tail


def test_several_people_and_several_services_are_on_one_ticket(hall: Hall) -> None:
    view = msgspec.structs.replace(VIEW, people=3, then=("tax", "collect"))
    blocks = ticket(hall, hall.kiosk[0], view, language="en")
    assert Pair("同来", "3 人", "3 people together") in blocks
    assert Pair("接着办", "缴税 → 领证", "Tax payment → Collect a certificate") in blocks
    assert not any(
        isinstance(b, Pair) and b.left in ("同来", "接着办") for b in ticket(hall, hall.kiosk[0], VIEW)
    )


def test_a_reprint_a_pager_and_the_green_channel_show(hall: Hall) -> None:
    view = msgspec.structs.replace(VIEW, priority=True)
    blocks = ticket(hall, hall.kiosk[0], view, reprint=True, pager=7)
    assert Mark("补打") in blocks
    assert Pair("震动牌", "7 号") in blocks
    assert Pair("绿色通道", "工作人员将核验") in blocks


def test_english_comes_second_and_chinese_stays(hall: Hall) -> None:
    text = str(ticket(hall, hall.kiosk[0], VIEW, language="en"))
    assert text.index("滨江市不动产登记中心") < text.index("Binjiang")
    assert "People ahead: 6" in text
    assert "前面还有" in text
    assert "Ownership certificate" in text


def test_a_hall_without_a_page_for_tickets_prints_no_code(hall: Hall, tmp_path: Path) -> None:
    place = msgspec.structs.replace(hall.hall, ticket_url="")
    blocks = ticket(msgspec.structs.replace(hall, hall=place), hall.kiosk[0], VIEW)
    assert printed(blocks, "80mm", tmp_path)["qr"] == []


def test_the_printers_own_chinese_says_every_line(hall: Hall, tmp_path: Path) -> None:
    cut = printed(ticket(hall, hall.kiosk[0], VIEW), "80mm", tmp_path)
    lines = [str(line).replace(" ", "") for line in list(cut["lines"])]  # type: ignore[call-overload]
    assert lines[:5] == [
        "滨江市不动产登记中心", "一楼大厅南门·9:42·2026-11-23周一", "A012", "买房卖房过户", "转移登记",
    ]  # fmt: skip
    assert "前面还有6人" in lines
    assert not [line for line in lines if line[:1] in "，。、；）"]
    assert cut["qr"] == [URL]


@pytest.mark.parametrize("profile", ["80mm", "80mm-raster", "58mm-cutter"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_phone_reads_the_code_on_the_paper(hall: Hall, tmp_path: Path, profile: str, language: str) -> None:
    blocks = ticket(hall, hall.kiosk[0], VIEW, language=language, reprint=True)
    cut = printed(blocks, profile, tmp_path)
    assert scanned(Path(str(cut["png"]))) == URL


def test_nothing_touches_the_edge_of_the_paper(hall: Hall) -> None:
    long = msgspec.structs.replace(VIEW, number="A10000", priority=True)
    for width in (576, 384):
        picture = draw(ticket(hall, hall.kiosk[0], long, language="en", pager=20), width).convert("L")
        ink = Image.eval(picture, lambda shade: 255 - shade).getbbox()
        assert ink is not None
        assert ink[0] > 0 and ink[2] < width


def test_a_void_slip_cannot_be_taken_for_a_ticket(hall: Hall, tmp_path: Path) -> None:
    cut = printed(void_slip(hall, hall.kiosk[0], "A005", AT), "80mm", tmp_path)
    said = "".join(map(str, list(cut["lines"])))  # type: ignore[call-overload]
    assert "A005 作废" in said
    assert "请重新取号" in said
    assert cut["qr"] == []


def test_a_logo_is_printed_above_the_name(hall: Hall, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    Image.new("RGBA", (64, 64), (0, 0, 0, 255)).save(logo)
    place = msgspec.structs.replace(hall.hall, logo=str(logo))
    plain = draw(ticket(hall, hall.kiosk[0], VIEW), 576)
    marked = draw(ticket(msgspec.structs.replace(hall, hall=place), hall.kiosk[0], VIEW), 576)
    assert marked.height > plain.height + 90


def test_no_line_begins_with_a_mark_that_belongs_to_the_one_before() -> None:
    text = "请备好：身份证、不动产权证书、买卖合同，完税证明（原件）。Ownership certificate"
    for width in range(2, 40):
        lines = wrap(text, width, len)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        if width > 4:
            assert not [line for line in lines if line[:1] in "：、，。）"]


def test_a_line_break_that_was_written_stays() -> None:
    assert wrap("一\n二", 10, len) == ["一", "二"]
