"""A benchmark says what was promised, whatever the machine; how fast is nobody's test."""

from __future__ import annotations

import msgspec
import pytest

from tests.bench.__main__ import main
from tests.bench.result import Result, compare, table


def test_the_queue_says_all_that_was_promised(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queue", "--json", "--count", "1"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [(r.name, r.unit) for r in results] == [
        ("tickets, alone", "tickets/s"),
        ("calls, alone", "calls/s"),
        ("tickets, together", "tickets/s"),
        ("calls, together", "calls/s"),
        ("tickets, 8 clients", "tickets/s"),
        ("calls, 8 clients", "calls/s"),
        ("one ticket, p50", "ms"),
        ("one ticket, p99", "ms"),
        ("one call, p50", "ms"),
        ("one call, p99", "ms"),
        ("memory of the service", "MB"),
        ("a call, 100 waiting, p50", "ms"),
        ("start, 2,001 events, usual days, replayed", "ms"),
        ("start, 2,001 events, usual days, checkpoint", "ms"),
        ("start, 2,001 events, one day, replayed", "ms"),
        ("start, 2,001 events, one day, checkpoint", "ms"),
    ]
    assert all(r.value > 0 and r.floor > 0 and r.ratio > 0 for r in results)


def test_a_table_for_people() -> None:
    head, *rows = table([compare("tickets, alone", "tickets/s", 1234.5, 2000)] * 4).splitlines()
    assert head.split() == ["what", "ours", "floor", "unit", "ratio"]
    assert len(rows) == 4 and rows[0].split()[-4:] == ["1,234", "2,000", "tickets/s", "0.62"]


EVACUATED = [
    f"evacuation to {end}, slowest of {count}"
    for end, count in (("sign", 5), ("sound", 1), ("pager", 3), ("all pagers", 1), ("board", 1))
]

ON_THE_WAY = {"command": 6, "snapshot": 6}


@pytest.mark.parametrize(
    ("bench", "ends"),
    [
        # the same without a board: another five processes for nothing new
        pytest.param("wires", ON_THE_WAY | {"sign": 6, "pager": 3, "sound": 3}, marks=pytest.mark.long),
        ("calls", ON_THE_WAY | {"sign": 6, "pager": 3, "sound": 3, "board": 6}),
    ],
)
def test_every_far_end_is_reached_and_timed(
    capsys: pytest.CaptureFixture[str], bench: str, ends: dict[str, int]
) -> None:
    assert main([bench, "--json", "--count", "6"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    names = [f"key to {end}, p{share} of {count}" for end, count in ends.items() for share in (50, 95, 99)]
    names += EVACUATED if "board" in ends else []
    assert sorted(r.name for r in results) == sorted(names)
    assert all(r.unit == "ms" and r.floor > 0 and r.value > 0 for r in results)


@pytest.mark.long
def test_a_second_start_of_the_front_door_beside_a_bare_python(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["door", "--json", "--count", "1"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [(r.name, r.unit) for r in results] == [
        ("second start, p50", "ms"),
        ("second start, slowest of 3", "ms"),
    ]
    assert all(r.value > r.floor > 0 for r in results)


def test_no_such_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["haste"])
    assert ended.value.code == 2 and "no benchmark haste" in capsys.readouterr().err


@pytest.mark.timeout(240)
def test_a_kiosk_is_touched_and_prints_beside_a_bare_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kiosk", "--json", "--count", "2"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [(r.name.partition(",")[0], r.unit) for r in results] == [
        *(3 * [("touch to first pixel", "ms"), ("tap to first printer byte", "ms")]),
        ("a kiosk", "% of a core"),
        ("memory of a kiosk", "MB"),
        ("cold start to ready", "ms"),
        ("memory after 10 screens", "MB"),
    ]
    assert all(r.value > 0 and r.floor > 0 for r in results)


@pytest.mark.long
@pytest.mark.timeout(240)
def test_a_board_says_what_it_costs_and_how_smooth_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["board", "--json", "--count", "2"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    called = [f"a call on the glass, {name}" for name in ("idle", "film")]
    assert [r.name for r in results] == [
        "a board, idle",
        "a board, a film",
        *(f"{what}, {which}" for what in called for which in ("p50", "p95", "worst of 2")),
        "a frame while calls come in, p50",
        "a frame while calls come in, p95",
        "frames over 1/60 s, of 2",
        "frames over 1/30 s, of 2",
        "memory after 10 calls",
    ]
    assert all(r.value > 0 or r.unit == "frames" for r in results)
