"""Real touches on a real kiosk process: three of them make a ticket on paper, and trouble is told and mended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from caller.messages import Answer, CancelTicket, decode, encode, topic
from tests.broker import Broker
from tests.kiosk.stage import ROOT, Stage

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(params=[1, 2], ids=["portrait", "landscape"])
def stage(request: pytest.FixtureRequest, tmp_path: Path, broker: Broker) -> Iterator[Stage]:
    with Stage(tmp_path, request.param, broker) as stage:
        stage.page("home")
        yield stage


@pytest.fixture
def portrait(tmp_path: Path, broker: Broker) -> Iterator[Stage]:
    with Stage(tmp_path, 1, broker) as stage:
        stage.page("home")
        yield stage


def take(stage: Stage) -> None:
    stage.touch("买房卖房过户")
    stage.page("group")
    stage.touch("买房卖房过户")
    stage.page("service")
    stage.touch("取号")


def test_three_touches_bring_a_ticket_and_a_pager(stage: Stage) -> None:
    take(stage)
    assert stage.page("done").ticket == "A001"
    stage.until(lambda: len(stage.papers()) == 1, "one paper cut")
    (issued,) = stage.until(lambda: stage.said("ticket-issued"), "the ticket counted")
    assert (issued.ticket, issued.reprint) == ("A001", False)
    stage.touch("领震动牌")
    stage.page("pager")
    stage.touch("4")
    stage.page("done")
    stage.until(lambda: stage.hall is not None and stage.hall.lent == (4,), "pager 4 lent")
    for page in ("home", "group", "service", "done", "pager"):
        with Image.open(stage.folder / f"kiosk-{stage.number}-{page}.png") as picture:
            assert picture.width > 1000


def test_a_double_tap_and_a_second_finger_make_one_ticket(portrait: Stage) -> None:
    stage = portrait
    stage.touch("买房卖房过户")
    stage.page("group")
    stage.touch("买房卖房过户")
    service = stage.page("service")
    go = next(t for t in service.targets if t.label == "取号")
    back = next(t for t in service.targets if t.label == "返回")
    middle = {"x": go.x + go.width // 2, "y": go.y + go.height // 2}
    stage.glass.do("two_fingers", **middle, x2=back.x + 50, y2=back.y + 50)
    stage.glass.do("double_touch", **middle)
    stage.page("done")
    stage.touch("好了")
    stage.page("home")
    assert [r.ticket for r in stage.said("ticket-reserved")] == ["A001"]
    assert len(stage.papers()) == 1


def test_paper_that_runs_out_is_told_before_anybody_needs_it(portrait: Stage) -> None:
    stage = portrait
    stage.printer.do("run_out_of_paper")
    stage.page("out")
    stage.until(lambda: "paper" in stage.printer_health.detail, "the supervisor is told")
    stage.printer.do("load_paper")
    stage.page("home")
    assert stage.said("ticket-reserved") == []


def test_paper_that_ends_in_the_middle_of_a_ticket_prints_it_again_with_a_mark(portrait: Stage) -> None:
    stage = portrait
    stage.printer.do("run_out_of_paper", after_rows=300)
    take(stage)
    assert stage.page("held").ticket == "A001"
    assert stage.said("ticket-issued") == []
    stage.printer.do("load_paper")
    stage.page("done")
    (issued,) = stage.until(lambda: stage.said("ticket-issued"), "the ticket counted")
    assert (issued.ticket, issued.reprint) == ("A001", True)


def test_a_visitor_who_does_not_wait_leaves_a_void_and_a_slip(portrait: Stage) -> None:
    stage = portrait
    stage.printer.do("run_out_of_paper", after_rows=300)
    take(stage)
    stage.page("held")
    stage.touch("不等了，去别的取号机")
    stage.page("out")
    (void,) = stage.until(lambda: stage.said("ticket-voided"), "the number is void")
    assert void.ticket == "A001"
    before = len(stage.papers())
    stage.printer.do("load_paper")
    stage.page("home")
    stage.until(lambda: len(stage.papers()) > before, "a slip that says so")
    take(stage)
    assert stage.page("done").ticket == "A002"


def test_a_kiosk_that_dies_with_a_number_in_hand_voids_it_when_it_is_back(portrait: Stage) -> None:
    stage = portrait
    stage.printer.do("run_out_of_paper", after_rows=300)
    take(stage)
    stage.page("held")
    stage.stop("kiosk", kill=True)
    stage.printer.do("load_paper")
    stage.start("kiosk", "--kiosk", "1")
    (void,) = stage.until(lambda: stage.said("ticket-voided"), "the number is void")
    assert void.ticket == "A001"


def test_a_number_given_up_on_the_phone_is_not_printed_again(portrait: Stage) -> None:
    stage = portrait
    take(stage)
    stage.page("done")
    (reserved,) = stage.said("ticket-reserved")
    stage.until(lambda: stage.said("ticket-issued"), "the ticket counted")
    stage.touch("好了")
    stage.page("home")
    given_up = CancelTicket(id="phone-1", ticket="A001", token=reserved.token)
    assert decode(stage.bus.ask(topic(given_up), encode(given_up)), Answer).done
    stage.until(lambda: stage.said("ticket-cancelled"), "the number given up")
    stage.settle(1.5)  # a person's way from the chair to the kiosk, on a busy machine
    stage.touch("补打号票")
    assert "返回" in [target.label for target in stage.page("sorry").targets]
    stage.settle(0.5)
    assert len(stage.papers()) == 1


def test_a_hall_without_its_caller_sends_visitors_elsewhere_and_comes_back(portrait: Stage) -> None:
    stage = portrait
    stage.stop("caller", kill=True)
    stage.page("out")
    stage.start("caller")
    stage.page("home")
    take(stage)
    assert stage.page("done").ticket == "A001"


def test_english_is_one_touch_away_and_gone_with_the_visitor(portrait: Stage) -> None:
    stage = portrait
    stage.touch("English")
    stage.until(lambda: any(t.label == "中文" for t in stage.screen.targets), "English")
    stage.touch("Buying or selling a home")
    stage.page("group")
    stage.touch("Transfer of ownership")
    stage.page("service")
    stage.touch("Get a ticket")
    stage.page("done")
    stage.touch("Done")
    stage.until(lambda: any(t.label == "English" for t in stage.screen.targets), "Chinese again")
    assert stage.stop("kiosk") == 0


def test_a_defect_costs_a_moment_and_three_of_them_a_restart(tmp_path: Path, broker: Broker) -> None:
    module = "tests.kiosk.breaking"
    with Stage(tmp_path, 1, broker, module) as stage:
        for _ in range(2):
            stage.page("home")
            stage.touch("全部业务")
            stage.page("sorry")
        stage.page("home")
        stage.touch("全部业务")
        assert stage.wait(module) == 70
    log = (tmp_path / f"{module}.log").read_text("utf-8")
    assert log.count("the defect of this test") >= 3


def test_a_kiosk_that_hall_toml_does_not_know_says_so(hall_file: Path) -> None:
    command = [sys.executable, "-m", "kiosk", "--config", str(hall_file), "--kiosk", "9"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 78
    assert "没有编号为 9 的取号机" in ended.stderr


@pytest.fixture
def hall_file() -> Path:
    return ROOT / "config" / "hall.toml"
