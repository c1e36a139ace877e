"""A benchmark says what was promised, whatever the machine; how fast is nobody's test."""

from __future__ import annotations

import msgspec
import pytest

from tests.bench.__main__ import main
from tests.bench.result import Result


def test_one_json_line_per_result(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queue", "--json", "--count", "3"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [(r.name, r.unit) for r in results] == [
        ("tickets, alone", "tickets/s"),
        ("calls, alone", "calls/s"),
        ("tickets, together", "tickets/s"),
        ("calls, together", "calls/s"),
    ]
    assert all(r.value > 0 and r.floor > 0 and r.ratio > 0 for r in results)


def test_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["queue", "--count", "2"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["what", "ours", "floor", "unit", "ratio"]
    assert len(rows) == 4


EVACUATED = [
    f"evacuation to {end}, slowest of {count}"
    for end, count in (("sign", 30), ("sound", 1), ("pager", 1), ("board", 1))
]


@pytest.mark.parametrize(
    ("bench", "ends"),
    [
        ("wires", {"sign": 6, "pager": 3, "sound": 3}),
        ("calls", {"sign": 6, "pager": 3, "sound": 3, "board": 6}),
    ],
)
def test_every_far_end_is_reached_and_timed(
    capsys: pytest.CaptureFixture[str], bench: str, ends: dict[str, int]
) -> None:
    assert main([bench, "--json", "--count", "6"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    names = [f"key to {end}, p{share} of {count}" for end, count in ends.items() for share in (50, 99)]
    names += EVACUATED if "board" in ends else []
    assert sorted(r.name for r in results) == sorted(names)
    assert all(r.unit == "ms" and 0 < r.floor < r.value for r in results)


def test_no_such_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["haste"])
    assert ended.value.code == 2 and "no benchmark haste" in capsys.readouterr().err


def test_the_service_and_its_bare_floor_both_answer(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "--json", "--count", "10"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [r.name for r in results] == [
        "tickets, 8 clients",
        "calls, 8 clients",
        "one ticket, p50",
        "one ticket, p99",
        "one call, p50",
        "one call, p99",
        "memory of the service",
    ]
    assert all(r.value > 0 and r.floor > 0 for r in results)


def test_what_must_not_grow(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["waiting", "start", "--json", "--count", "5"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    assert [r.name for r in results] == [
        "a call, 100 waiting",
        "a call, 1,000 waiting",
        "start, 11 events, usual days, replayed",
        "start, 11 events, usual days, checkpoint",
        "start, 11 events, one day, replayed",
        "start, 11 events, one day, checkpoint",
    ]
