"""The readers of a kiosk, watched: pulled out with noise in between, each card and each code is told of once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest

from drivers.errors import DeviceLost
from drivers.reader import sdt
from drivers.reader.idcard import Again
from drivers.reader.person import Person, hash_of, person_of
from drivers.reader.scanner import Scan
from drivers.reader.watch import HELD, Once, Read, key_of, open_reader, watch
from drivers.sim import host
from drivers.sim.device import Simulator
from drivers.sim.idcard import CardReader
from drivers.sim.scanner import Scanner
from drivers.words import _
from tests.caller.onebus import descriptors
from tests.drivers.test_idcard import CARD, NUMBER, TODAY
from tests.drivers.waiting import PATIENCE

KEY = bytes(range(32))
TOLD = Person(hash_of(NUMBER, KEY), "张*", "女士", "60+")
SMOKE, LONG = 5, 200


class Watched:
    """One simulated reader and everything its watch said."""

    def __init__(self, kind: str, served: host.Served, key_file: Path) -> None:
        self.served = served
        self.reads: SimpleQueue[Read] = SimpleQueue()
        self.health: SimpleQueue[str] = SimpleQueue()
        self.watch = watch(
            "reader-1",
            lambda: open_reader(kind, "reader-1", served.url, key_file=str(key_file), today=lambda: TODAY),
            self.reads.put,
            lambda _name, state, _why: self.health.put(state),
        )

    def next(self) -> Read:
        return self.reads.get(timeout=PATIENCE)

    def replug(self) -> None:
        self.served.do("unplug")
        assert self.health.get(timeout=PATIENCE) == "lost"
        self.served.do("plug")
        assert self.health.get(timeout=PATIENCE) == "ready"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "id.key"
    file.write_bytes(KEY)
    file.chmod(0o600)
    return file


@pytest.fixture(params=["scanner", "idcard"])
def watched(request: pytest.FixtureRequest, key_file: Path) -> Iterator[Watched]:
    far: Simulator = Scanner("reader-1") if request.param == "scanner" else CardReader("reader-1")
    with host.serve_pty(far) as served:
        one = Watched(request.param, served, key_file)
        with one.watch:
            assert one.health.get(timeout=PATIENCE) == "ready"
            yield one


def number_of(serial: int) -> str:
    """One of a thousand numbers of people born on the same day."""
    return next(n for c in "0123456789X" if sdt.valid_number(n := f"11010519491231{serial:03}{c}"))


@pytest.mark.parametrize("times", [SMOKE, pytest.param(LONG, marks=pytest.mark.long)])
def test_pulled_out_with_noise_between_and_read_again_at_once(watched: Watched, times: int) -> None:
    opened = set()
    for turn in range(times):
        watched.replug()
        watched.served.do("noise")
        if isinstance(watched.served.sim, Scanner):
            # Noise that ends in no CR is the beginning of the first code after it, for us as for anybody.
            watched.served.do("scan", code="\r" + f"A{turn:03}")
            read = watched.next()
            assert isinstance(read, Scan) and read.code == f"A{turn:03}"
        else:
            watched.served.do("lay", **CARD | {"number": number_of(turn)})
            assert watched.next() == Person(hash_of(number_of(turn), KEY), "张*", "女士", "60+")
        opened.add(descriptors())
    assert len(opened) == 1, "a descriptor leaked"
    assert watched.reads.empty() and watched.health.empty()


def test_a_code_that_stays_under_the_scanner_is_told_once() -> None:
    once, ticket = Once(), Scan("reader-1", "A012")
    told = [once.is_new(ticket, at) for at in (0.0, 0.5, 2.0, 3.9, 5.8, 5.9 + HELD)]
    assert told == [True, False, False, False, False, True]
    assert once.is_new(Scan("reader-1", "A013"), 8.2) and once.is_new(ticket, 8.3)
    assert once.is_new(TOLD, 8.4) and not once.is_new(TOLD, 8.5)
    assert once.is_new(Again(_("证件没有读出来，请重新放")), 8.6) and not once.is_new(TOLD, 8.7)


def test_the_halls_key_is_there_long_enough_and_nobody_elses(key_file: Path) -> None:
    assert key_of("reader-1", key_file) == KEY
    key_file.chmod(0o644)
    with pytest.raises(DeviceLost, match="谁都能读"):
        key_of("reader-1", key_file)
    key_file.chmod(0o600)
    key_file.write_bytes(b"short")
    with pytest.raises(DeviceLost, match="至少 16 字节"):
        key_of("reader-1", key_file)
    with pytest.raises(DeviceLost, match=r"没有证件密钥.*/dev/urandom"):
        key_of("reader-1", key_file.with_name("none"))
    with pytest.raises(DeviceLost, match="读不到"):
        key_of("reader-1", key_file.parent)


def test_what_is_no_reader_is_a_mistake_of_ours(key_file: Path) -> None:
    with pytest.raises(ValueError, match="idcard, scanner, wedge"):
        open_reader("sniffer", "reader-1", "serial:/dev/ttyS0")
    with pytest.raises(ValueError, match="business day"):
        open_reader("idcard", "reader-1", "serial:/dev/ttyS0", key_file=str(key_file))


@pytest.mark.parametrize(
    ("name", "sex", "address"),
    [
        ("欧阳某某", "1", "欧阳*先生"),
        ("张某", "9", ""),
        ("某", "1", ""),
        ("买买提·某", "1", ""),
        ("Smith", "2", ""),
        ("㛃某", "1", ""),
    ],
)
def test_only_a_chinese_surname_with_a_title_can_be_called_aloud(name: str, sex: str, address: str) -> None:
    assert person_of(sdt.CardText(name, sex, "", NUMBER), KEY, TODAY).address == address
