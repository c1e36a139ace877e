"""A window's sign, from the words to the LEDs, over a real TCP connection."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from drivers.errors import DeviceError, DeviceLost
from drivers.sign import area, onbon
from drivers.sign.area import Area, Run, Show
from drivers.sign.driver import OnbonSign
from drivers.sign.wired import SENDS
from drivers.sim import host
from drivers.sim.onbon import OnbonCard

CALL = "请A012号到3号窗口"


@pytest.fixture
def card(tmp_path: Path) -> OnbonCard:
    return OnbonCard("sign-3", tmp_path, width=160, height=32)


@pytest.fixture
def served(card: OnbonCard) -> Iterator[host.Served]:
    with host.serve_tcp(card) as served:
        yield served


@pytest.fixture
def sign(served: host.Served) -> Iterator[OnbonSign]:
    with OnbonSign("sign-3", served.url, 160, 32, reply=2.0) as sign:
        yield sign


def lit(path: Path) -> int:
    picture = Image.open(path).convert("L")
    return sum(count for value, count in enumerate(picture.histogram()) if value > 90)


def test_a_call_is_read_on_the_leds_and_cleared_again(
    sign: OnbonSign, card: OnbonCard, tmp_path: Path
) -> None:
    dark = lit(tmp_path / "sign-3.png")
    assert sign.show([CALL]) == ""
    assert card.do("show") == [CALL]
    assert lit(tmp_path / "sign-3.png") > dark + 1000
    sign.clear()
    assert card.do("show") == []
    assert lit(tmp_path / "sign-3.png") == dark
    assert card.events == [{"event": "shows", "lines": [CALL]}, {"event": "shows", "lines": []}]


def test_two_lines_stand_one_above_the_other_and_replace_what_was_there(
    sign: OnbonSign, card: OnbonCard
) -> None:
    sign.show(["办理中"])
    sign.show([r"\C3A012", "请到3号窗口"])
    assert card.lines() == ["A012", "请到3号窗口"]
    above, below = card.dots().crop((0, 0, 160, 16)), card.dots().crop((0, 16, 160, 32))
    assert {colour for _, colour in above.getcolors()} == {(0, 0, 0), (255, 164, 28)}  # type: ignore[union-attr]
    assert {colour for _, colour in below.getcolors()} == {(0, 0, 0), (255, 44, 24)}  # type: ignore[union-attr]
    left, _, right, _ = above.getbbox() or (0, 0, 0, 0)
    assert abs(left - (160 - right)) <= 8


def test_the_same_line_again_is_no_news(sign: OnbonSign, card: OnbonCard) -> None:
    sign.show([CALL])
    sign.show([CALL])
    assert len(card.events) == 1


def test_a_line_too_long_for_the_strip_scrolls_and_too_many_lines_are_our_bug(
    sign: OnbonSign, card: OnbonCard
) -> None:
    sign.show(["不动产登记大厅温馨提示：请保管好您的号票"])
    [(area_shown, _)] = card.areas.values()
    assert (area_shown.show, area_shown.width) == (Show.LEFT, 160)
    with pytest.raises(ValueError, match="3 lines"):
        sign.show(["一", "二", "三"])


def test_a_rare_surname_is_reported(sign: OnbonSign, card: OnbonCard) -> None:
    assert sign.show(["请㐂女士"]) == "㐂"
    assert card.lines() == ["请?女士"]


def test_a_busy_card_is_asked_again_and_a_stubborn_one_is_an_error(sign: OnbonSign, card: OnbonCard) -> None:
    card.do("nack", error=onbon.Error.BUSY, count=2)
    sign.show([CALL])
    assert card.lines() == [CALL]
    card.do("nack", error=onbon.Error.NO_FONT)
    with pytest.raises(DeviceError, match=r"sign-3.*12") as refusal:
        sign.clear()
    assert not isinstance(refusal.value, DeviceLost)


def test_a_dead_card_is_lost_and_comes_back_dark(served: host.Served, card: OnbonCard) -> None:
    with OnbonSign("sign-3", served.url, 160, 32, reply=2.0) as sign:
        sign.show([CALL])
        sign.reply = 0.05
        card.do("die")
        with pytest.raises(DeviceLost, match="sign-3"):
            sign.show(["另一个"])
        card.do("revive")
        sign.reply = 2.0
        assert card.lines() == []
        sign.ping()
    card.do("die")
    with pytest.raises(DeviceLost), OnbonSign("sign-3", served.url, 160, 32, reply=0.05):
        pass


def test_what_has_become_old_is_not_sent_again_and_silence_still_counts(
    served: host.Served, card: OnbonCard
) -> None:
    with OnbonSign("sign-3", served.url, 160, 32, reply=2.0) as sign:
        sign.reply, sign.wanted = 0.05, lambda: False
        card.do("die")
        for _ in range(SENDS - 1):
            with pytest.raises(DeviceError, match="更新的内容") as superseded:
                sign.show([CALL])
            assert not isinstance(superseded.value, DeviceLost)
        with pytest.raises(DeviceLost):
            sign.show(["再一个"])
    card.do("revive")
    sign.reply = 2.0
    with sign:
        assert card.lines() == []
        for _ in range(SENDS):
            card.do("die")
            sign.reply = 0.05
            with pytest.raises(DeviceError, match="更新的内容"):
                sign.show([CALL])
            card.do("revive")
            sign.reply = 2.0
            sign.ping()  # it has answered, so that the silence before is forgotten


def test_a_cut_cable_is_lost_at_once(served: host.Served) -> None:
    with OnbonSign("sign-3", served.url, 160, 32) as sign:
        served.do("unplug")
        with pytest.raises(DeviceLost):
            sign.ping()


def test_the_card_believes_no_broken_frame() -> None:
    card = OnbonCard("sign-1")
    raw = bytearray(onbon.encode(area.build([Area(CALL)])))
    raw[60] ^= 0x01
    assert onbon.Decoder().feed(card.receive(bytes(raw))) == [onbon.nack(onbon.Error.CRC)]
    assert card.lines() == []


def test_a_card_is_deaf_to_its_neighbours_and_silent_on_a_broadcast() -> None:
    card = OnbonCard("sign-1", address=7)
    assert card.receive(onbon.encode(area.build([Area(CALL)], dst=8))) == b""
    assert card.lines() == []
    assert card.receive(onbon.encode(area.build([Area(CALL)], dst=onbon.BROADCAST))) == b""
    assert card.lines() == [CALL]
    assert card.receive(onbon.encode(onbon.ping(onbon.BROADCAST_REPLY))) != b""


def test_an_area_with_a_time_limit_goes_dark_by_itself() -> None:
    now = [100.0]
    card = OnbonCard("sign-1", clock=lambda: now[0])
    card.receive(onbon.encode(area.build([Area(CALL, run=Run.UNTIL_TIMEOUT, timeout=5)])))
    now[0] = 104.9
    card.poll()
    assert card.lines() == [CALL]
    now[0] = 105.0
    card.poll()
    assert card.lines() == []
    with pytest.raises(ValueError, match="dance"):
        card.do("dance")
