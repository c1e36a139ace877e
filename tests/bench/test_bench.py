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


def test_every_far_end_is_reached_and_timed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wires", "--json", "--count", "6"]) == 0
    results = [msgspec.json.decode(line, type=Result) for line in capsys.readouterr().out.splitlines()]
    names = [r.name for r in results]
    assert names == [
        f"key to {end}, p{share} of {count}"
        for end, count in (("sign", 6), ("pager", 3), ("sound file", 3))
        for share in (50, 99)
    ]
    assert all(r.unit == "ms" and 0 < r.floor < r.value for r in results)


def test_no_such_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["haste"])
    assert ended.value.code == 2 and "no benchmark haste" in capsys.readouterr().err
