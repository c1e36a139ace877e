"""A ticket with the screen off: four arrows, OK, and nothing but what is spoken."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.focus import PERSONAL, Arrow, Spoken, dump, move, page, said
from kiosk.tree import Node
from tests.broker import Broker
from tests.kiosk.stage import Stage

HOME = (
    Node("heading", "您要办什么？", "", "", (0, 0, 100, 20)),
    Node(PERSONAL, "绿色通道：残疾人", "", "", (0, 20, 100, 20)),
    Node("button", "买房卖房过户", "等候 2 人", "group:trade", (0, 50, 100, 40)),
    Node("text", "买房卖房过户", "", "", (10, 60, 50, 10)),
    Node("button", "返回", "", "back", (0, 100, 100, 40)),
)


def test_arrows_walk_round_the_targets_in_the_order_they_are_read() -> None:
    assert move(HOME, "", Arrow.BEFORE) == "group:trade"
    assert move(HOME, "group:trade", Arrow.NEXT) == "back"
    assert move(HOME, "back", Arrow.NEXT) == "group:trade"
    assert move(HOME, "group:trade", Arrow.BEFORE) == "back"
    assert move(HOME[:1], "", Arrow.NEXT) == ""


def test_a_target_is_read_with_what_waits_and_a_page_without_its_targets() -> None:
    assert said(HOME, "group:trade") == Spoken("买房卖房过户。等候 2 人")
    assert page(HOME) == (Spoken("您要办什么？"), Spoken("绿色通道：残疾人", personal=True))
    assert dump(HOME).splitlines()[-1] == "button: 返回" and len(dump(HOME).splitlines()) == 4


def test_a_number_is_read_as_the_hall_calls_it() -> None:
    number = (Node("number", "A012", "", "", (0, 0, 10, 10)),)
    assert page(number) == (Spoken("A 零一二"),)
    assert page(number, "en") == (Spoken("A zero one two"),)


class Blind:
    """A visitor at the stage who only hears."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.from_here = stage, 0

    def silence(self) -> list[str]:
        """Everything heard, once nothing is being said."""

        def silent() -> list[str] | None:
            heard = self.stage.heard()
            return heard if heard and not heard[-1] and len(heard) > self.from_here else None

        return self.stage.until(silent, "silence", patience=120.0)  # a whole page may be read first

    def press(self, key: str) -> None:
        self.from_here = len(self.stage.heard())
        self.stage.arrows.do("press", key=key)

    def hear(self, words: str) -> None:
        heard = self.silence()[self.from_here :]
        assert any(words in sentence for sentence in heard), heard

    def walk_to(self, words: str, most: int = 20) -> None:
        """Arrow down until these words are heard, then OK; the page's first target has been read already."""
        for _ in range(most):
            *earlier, _silence = self.silence()
            last = earlier[max((at + 1 for at, line in enumerate(earlier) if not line), default=0) :]
            if any(sentence.startswith(words) for sentence in last):
                break
            self.press("KP2")
        else:
            raise AssertionError(f"never came to {words}")
        self.press("KPENTER")


@pytest.mark.timeout(480)
def test_a_ticket_can_be_taken_with_the_screen_off(tmp_path: Path, broker: Broker) -> None:
    with Stage(tmp_path, 1, broker, by_ear=True) as stage:
        visitor = Blind(stage)
        stage.until(lambda: stage.arrows.do("is_read"), "the arrow pad being read")
        stage.page("home")
        visitor.press("KP2")
        visitor.hear("您要办什么？")
        visitor.walk_to("房子抵押")
        visitor.hear("具体是哪一种？")
        visitor.press("KP0")
        visitor.hear("具体是哪一种？")
        visitor.press("KPPLUS")
        visitor.hear("音量：大 1 级")
        visitor.walk_to("贷款办抵押")
        visitor.hear("请备好")
        visitor.walk_to("取号")
        visitor.hear("B 零零一")
        stage.until(lambda: len(stage.papers()) == 1, "one paper cut")
        (issued,) = stage.until(lambda: stage.said("ticket-issued"), "the ticket counted")
        assert issued.ticket == "B001"
        assert list((tmp_path / "said").glob("*.wav"))
        assert not list((tmp_path / "private").glob("*.wav")), "the socket is empty"
        loud = len(list((tmp_path / "said").glob("*.wav")))
        visitor.from_here = len(stage.heard())
        stage.jack.do("insert")
        visitor.hear("B 零零一")
        assert list((tmp_path / "private").glob("*.wav")), "from here on into the headphones"
        assert len(list((tmp_path / "said").glob("*.wav"))) == loud
