"""Law 8: a dead device hurts nobody else, loses nothing that still matters, and comes back by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.errors import DeviceError, DeviceLost
from drivers.sign.driver import OnbonSign
from drivers.sim import host
from drivers.sim.onbon import OnbonCard
from drivers.worker import CLOSED, EXPIRED, FULL, Worker

PATIENCE = 20.0


@dataclass
class Desk:
    """A device that does what the test says, and a diary that can be waited for."""

    broken: bool = False  # opening fails
    lose_next: int = 0  # jobs in which the device gets lost
    gate: threading.Event = field(default_factory=threading.Event)
    diary: list[str] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    opened: int = 0

    def note(self, line: str) -> None:
        with self.changed:
            self.diary.append(line)
            self.changed.notify_all()

    def until(self, wanted: Callable[[], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(wanted, PATIENCE), self.diary

    def until_line(self, line: str) -> None:
        self.until(lambda: line in self.diary)

    @contextmanager
    def open(self) -> Iterator[Desk]:
        if self.broken:
            raise DeviceLost("sign-3", "unplugged")
        self.opened += 1
        try:
            yield self
        finally:
            self.note("let go")

    def handle(self, _: Desk, job: str) -> None:
        assert self.gate.wait(PATIENCE)
        if self.lose_next:
            self.lose_next -= 1
            raise DeviceLost("sign-3", "went away")
        if job == "bad":
            raise DeviceError("sign-3", "refused")
        if job == "bug":
            raise KeyError("bug")
        self.note(f"did {job}")

    def worker(self, **options: object) -> Worker[Desk, str]:
        return Worker(
            "sign-3",
            self.open,
            self.handle,
            on_health=lambda name, state, why: self.note(f"{name} {state} {why}".rstrip()),
            on_done=lambda job: self.note(f"done {job}"),
            on_failed=lambda job, why: self.note(f"failed {job}: {why}"),
            **options,  # type: ignore[arg-type]
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_newest_job_of_a_key_wins(desk: Desk) -> None:
    with desk.worker() as worker:
        worker.put("first", "holds the door")
        desk.until_line("sign-3 ready")
        for ticket in ("A001", "A002", "A003"):
            worker.put("line", ticket)
        worker.put("lamp", "on")
        desk.gate.set()
        desk.until_line("done on")
    assert [line for line in desk.diary if line.startswith("did")] == [
        "did holds the door",
        "did A003",
        "did on",
    ]


def test_a_pager_does_every_job_in_order_and_refuses_when_full(desk: Desk) -> None:
    with desk.worker(fifo=True, limit=3) as worker:
        assert all(worker.put("pager", f"A00{n}") for n in (1, 2, 3))
        assert not worker.put("pager", "A004")
        desk.gate.set()
        desk.until_line("done A003")
    done = [line for line in desk.diary if line.startswith(("done", "failed"))]
    assert done == [f"failed A004: {FULL}", "done A001", "done A002", "done A003"]


def test_a_job_outlives_the_loss_of_its_device_and_health_speaks_once(desk: Desk) -> None:
    desk.gate.set()
    desk.lose_next = 1
    with desk.worker() as worker:
        worker.put("line", "A001")
        desk.until_line("done A001")
    assert desk.diary == [
        "sign-3 ready",
        "let go",
        "sign-3 lost went away",
        "sign-3 ready",
        "did A001",
        "done A001",
        "let go",
    ]


def test_a_device_that_is_never_there_says_so_once_and_jobs_expire(desk: Desk) -> None:
    desk.broken = True
    with desk.worker() as worker:
        worker.put("line", "A001", lasts=0.6)
        worker.put("lamp", "stays")
        desk.until_line(f"failed A001: {EXPIRED}")
        assert desk.diary == ["sign-3 lost unplugged", f"failed A001: {EXPIRED}"]
        desk.broken = False
        desk.gate.set()
        desk.until_line("done stays")


def test_a_refused_job_and_a_bug_and_a_bad_callback_stop_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.gate.set()
    worker = desk.worker()
    diary = worker.on_done

    def bad_callback(job: str) -> None:
        if diary is not None:
            diary(job)
        raise RuntimeError("callback")

    worker.on_done = bad_callback
    with worker:
        for number, job in enumerate(("bad", "bug", "fine", "fine too")):
            worker.put(str(number), job)
        desk.until_line("done fine too")
    assert "failed bad: refused" in desk.diary
    assert "failed bug: KeyError: 'bug'" in desk.diary
    assert desk.opened == 1
    assert "callback failed" in caplog.text


def test_idle_work_is_done_while_there_is_no_other_and_may_find_the_device_lost(desk: Desk) -> None:
    lost = iter([False, True])

    def idle(_: Desk) -> None:
        if next(lost, False):
            raise DeviceLost("sign-3", "no answer to a ping")
        desk.note("idle")

    with desk.worker(idle=idle, idle_every=0.02):
        desk.until(lambda: desk.diary.count("sign-3 ready") == 2 and desk.diary[-1] == "idle")
    assert "sign-3 lost no answer to a ping" in desk.diary


def test_a_device_that_a_bug_keeps_from_opening_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    tried = threading.Semaphore(0)

    def broken() -> Desk:
        tried.release()
        raise KeyError("bug")

    said: list[tuple[str, str, str]] = []
    open_it: Any = broken
    with Worker[Desk, str](
        "sign-3",
        open_it,
        lambda _desk, _job: None,
        on_health=lambda name, state, why: said.append((name, state, why)),
    ):
        for _try in range(3):
            assert tried.acquire(timeout=PATIENCE)
    assert said == [("sign-3", "lost", "KeyError: 'bug'")]
    assert caplog.text.count("Traceback") == 1


def test_closing_fails_what_waits_and_joins(desk: Desk) -> None:
    worker = desk.worker().start()
    worker.put("first", "in hand")
    desk.until_line("sign-3 ready")
    worker.put("line", "A001")
    desk.gate.set()
    worker.close()
    assert not worker.put("line", "A002")
    assert f"failed A002: {CLOSED}" in desk.diary
    assert ("done A001" in desk.diary) != (f"failed A001: {CLOSED}" in desk.diary)
    assert "device sign-3" not in [thread.name for thread in threading.enumerate()]


def test_a_sign_without_power_shows_the_newest_call_when_it_is_back() -> None:
    desk, card = Desk(), OnbonCard("sign-3")
    with (
        host.serve_tcp(card) as served,
        Worker[OnbonSign, str](
            "sign-3",
            lambda: OnbonSign("sign-3", served.url, reply=0.3),
            lambda sign, text: desk.note(f"lost characters: {sign.show([text])!r}"),
            on_health=lambda _, state, why: desk.note(state),
            on_done=lambda text: desk.note(f"done {text}"),
            idle=lambda sign: sign.ping(),
            idle_every=0.1,
        ) as worker,
    ):
        worker.put("line", "请A001号")
        desk.until_line("done 请A001号")
        served.do("unplug")
        desk.until_line("lost")
        worker.put("line", "请A002号")
        worker.put("line", "请A003号")
        served.do("plug")
        desk.until_line("done 请A003号")
        assert card.lines() == ["请A003号"]
    assert "done 请A002号" not in desk.diary
