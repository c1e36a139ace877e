"""The one-time notice: everything there is to know before coming back, on a paper that any printer can print."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.schema import Hall
from kiosk.notice import notice
from kiosk.ticket import Items, Mark, Pair
from tests.kiosk.test_ticket import AT, printed, scanned


def test_everything_is_told_at_once(hall: Hall) -> None:
    paper = notice(hall, hall.kiosk[0], "transfer", AT)
    assert Mark("一次性告知") in paper
    assert Items("要带的材料", ("买卖双方身份证", "不动产权证书", "买卖合同", "完税证明")) in paper
    assert Pair("收费", "住宅 80 元，非住宅 550 元") in paper and Pair("办好要多久", "3 个工作日内") in paper
    for words in ("1、3、4、5、6、7 号", "11 号窗口（咨询台）", "12 号窗口反映", "12345", "g/transfer"):
        assert words in str(paper), words


def test_what_a_service_does_not_say_is_left_out(hall: Hall) -> None:
    paper = str(notice(hall, hall.kiosk[0], "unresolved", AT))
    assert "要带的材料" not in paper and "扫码" not in paper and "办好要多久" not in paper


def test_a_visitor_who_reads_english_takes_both_home(hall: Hall) -> None:
    paper = str(notice(hall, hall.kiosk[0], "transfer", AT, "en"))
    assert "买卖合同" in paper and "Sale contract" in paper and "Within 3 working days" in paper


@pytest.mark.parametrize("profile", ["80mm-raster", "80mm"])
def test_a_phone_reads_the_guide_from_the_paper(hall: Hall, tmp_path: Path, profile: str) -> None:
    cut = printed(notice(hall, hall.kiosk[0], "transfer", AT), profile, tmp_path)
    assert scanned(Path(str(cut["png"]))) == "https://hall.binjiang.example/g/transfer"
