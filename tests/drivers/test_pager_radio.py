"""A POCSAG radio of the hall's own, fed with words over SPI or with samples: it gets all of a page and nothing else."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from drivers.errors import DeviceLost
from drivers.pager.gateway import open_gateway
from drivers.sim import host, make
from drivers.sim.radio import PocsagReceiver
from tests.drivers.waiting import until


@pytest.mark.parametrize("form", ["raw", "spi"])
@pytest.mark.parametrize("speed", ["512", "1200", "2400"])
def test_a_radio_fed_with_words_or_samples(form: str, speed: str) -> None:
    sim = make("pocsag", "paging", None, {"form": form, "speed": speed})
    with (
        host.serve_tcp(sim) as served,
        open_gateway("pocsag", "paging", served.url, form=form, speed=speed, function="numeric") as gateway,
    ):
        gateway.page("1000001", "A012 -> 3")
        gateway.page("1000002", "A013 -> 4")
        until(lambda: len(sim.events) == 2, what=lambda: sim.events)
    assert [(event["pager"], event["text"]) for event in sim.events] == [
        ("1000001", "012 3"),
        ("1000002", "013 4"),
    ]


def test_a_pager_that_only_vibrates_gets_no_words() -> None:
    sim = make("pocsag", "paging", None, {})
    with (
        host.serve_tcp(sim) as served,
        open_gateway("pocsag", "paging", served.url, function="tone-c") as gateway,
    ):
        gateway.page("1000001", "A012 -> 3")
        until(lambda: bool(sim.events))
    assert sim.events == [{"event": "paged", "pager": "1000001", "text": "", "kind": "TONE_C"}]


def test_a_fifo_nobody_reads_loses_the_radio_and_not_the_hall(tmp_path: Path) -> None:
    with pytest.raises(DeviceLost, match="没有"), open_gateway("pocsag", "paging", f"file:{tmp_path}/none"):
        pass
    with pytest.raises(DeviceLost, match="目录"):
        open_gateway("pocsag", "paging", f"file:{tmp_path}/none", form="wav").__enter__()


@pytest.mark.parametrize("form", ["raw", "spi"])
def test_a_fifo_gives_all_that_was_written_to_whoever_reads_it(tmp_path: Path, form: str) -> None:
    fifo, radio = tmp_path / "pocsag", PocsagReceiver("radio", form=form)
    os.mkfifo(fifo)
    gateway = open_gateway("pocsag", "paging", f"file:{fifo}", form=form)
    with pytest.raises(DeviceLost, match="没有程序在读"), gateway:
        pass
    modulator = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)

    def heard(pages: int) -> bool:
        with suppress(BlockingIOError):
            radio.receive(os.read(modulator, 1 << 16))
        return len(radio.events) == pages

    with gateway:
        for pages in (1, 2, 3):
            gateway.page("1000001", f"A01{pages} -> 3")
            gateway.check()  # looks whether the reader is there, and takes nothing away from it
            until(lambda pages=pages: heard(pages), what=lambda: radio.events)  # type: ignore[misc]
        os.close(modulator)
        with pytest.raises(DeviceLost):
            gateway.check()
    assert [event["text"] for event in radio.events] == ["A011 -> 3", "A012 -> 3", "A013 -> 3"]
