"""Lists of appointments: from a file whole or not at all, every bad line told, and no ID number anywhere."""

from __future__ import annotations

import io
import sys
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import main, serve
from caller.rows import read
from config.schema import Hall
from drivers import clock
from drivers.reader.person import hash_of
from tests.caller.bookday import slot
from tests.display.stage import write
from tests.serving import serving

KEY = b"a key of sixteen bytes and more"
NUMBER = "11010519491231002X"  # the example number of GB 11643
HEAD = "预约码,业务,日期,时间,身份证号,代办人身份证号\n"
GOOD = (
    HEAD + f"BJ0001,转移登记,2026-11-24,09:00,{NUMBER.lower()},\nBJ0002,mortgage,2026/11/24,9:30,,{NUMBER}\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_list_as_spreadsheets_save_it(hall: Hall, encoding: str) -> None:
    sheet = read(GOOD.encode(encoding), hall, KEY)
    assert sheet.problems == [] and sheet.rows == [2, 3]
    first, second = sheet.bookings
    assert (first.code, first.service, first.slot) == ("BJ0001", "transfer", slot("09:00", "2026-11-24"))
    assert (first.person, first.agent) == (hash_of(NUMBER, KEY), "")
    assert (second.service, second.slot) == ("mortgage", slot("09:30", "2026-11-24"))
    assert (second.person, second.agent) == ("", hash_of(NUMBER, KEY))


def test_every_bad_line_is_told_and_no_number_is_repeated(hall: Hall) -> None:
    lines = [
        "BJ0001,转移登记,2026-11-24,09:00,110105194912310021,",
        "",
        "BJ0002,离婚登记,2026-11-24,09:00,,",
        "BJ0003,转移登记,2026-11-31,09:00,,",
        "B1,转移登记,2026-11-24,09:00,,",
        ",转移登记,2026-11-24,09:00,,",
        "BJ0004,转移登记,2026-11-24,09:00,,,too,many",
        "BJ0005,转移登记",
        "BJ0006,转移登记,2026-11-24,09:00,11010519491231003X,",
        "BJ0007,转移登记,2026-11-24,09:00,C12345678,E87654321",
    ]
    sheet = read((HEAD + "\n".join(lines)).encode(), hall, KEY)
    assert [line for line, _ in sheet.problems] == [2, 4, 5, 6, 7, 9, 10]
    assert sheet.rows == [8, 11]
    assert not any("1101051949" in what for _, what in sheet.problems)
    assert [line for line, _ in read("业务,日期\n".encode(), hall, KEY).problems] == [1, 1]
    assert [line for line, _ in read(b"", hall, KEY).problems] == [1, 1, 1, 1]
    assert [line for line, _ in read(GOOD.encode(), hall, b"").problems] == [2, 3], "no key to hash with"


def test_a_phone_number_is_hashed_however_it_is_written(hall: Hall) -> None:
    ways = ("13800138000", "138 0013 8000", "+86 138-0013-8000", "8613800138000")
    lines = [f"BJ000{n},转移登记,2026-11-24,09:00,{way}" for n, way in enumerate(ways)]
    sheet = read(("预约码,业务,日期,时间,手机号\n" + "\n".join(lines)).encode(), hall, KEY)
    assert [one.phone for one in sheet.bookings] == [hash_of("13800138000", KEY)] * 4
    bad = read("预约码,业务,日期,时间,手机号\nBJ0001,转移登记,2026-11-24,09:00,0571-8888".encode(), hall, KEY)
    assert bad.problems == [(2, "手机号不对")]


def test_a_supervisor_imports_lists_cancels_and_forgives(
    ours: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HALL_CLOCK", str(tmp_path / "clock"))
    clock.put(tmp_path / "clock", datetime(2026, 11, 23, 9, 0))
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o600)
    promised = msgspec.structs.replace(ours.appointments, key_file=str(tmp_path / "key"))
    config = write(msgspec.structs.replace(ours, appointments=promised, reader=()), tmp_path / "hall.toml")

    def desk(*words: str) -> int:
        capsys.readouterr()
        return main(["appointments", "--config", str(config), *words])

    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(GOOD, "utf-8")
    bad.write_text(
        GOOD + "BJ0003,转移登记,2026-11-24,09:10,,\nBJ0004,转移登记,2026-11-24,09:00,1,\n", "utf-8"
    )
    with serving(serve, ours):
        assert desk("import", str(bad)) == 1
        told = capsys.readouterr().err
        assert "第 4 行：没有这个预约时段" in told and "第 5 行：身份证号不对" in told
        assert desk("list", "2026-11-24") == 0
        assert "共 0 个预约" in capsys.readouterr().out
        assert desk("import", str(good)) == 0
        assert "已导入 2 个预约" in capsys.readouterr().out
        assert desk("import", str(good)) == 0, "again is no mistake"
        assert desk("cancel", "BJ0002") == 0
        assert desk("cancel", "BJ0009") == 1
        assert desk("list", "2026-11-24") == 0
        assert capsys.readouterr().out.splitlines()[:2] == [
            "09:00  转移登记  已预约",
            "09:30  抵押登记  已取消",
        ]
        monkeypatch.setattr(sys, "stdin", io.StringIO(NUMBER + "\n"))
        assert desk("forgive", "--why", "住院") == 0


def test_a_key_that_anybody_may_read_is_no_key(
    ours: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "key").chmod(0o644)
    promised = msgspec.structs.replace(ours.appointments, key_file=str(tmp_path / "key"))
    config = write(msgspec.structs.replace(ours, appointments=promised, reader=()), tmp_path / "hall.toml")
    assert main(["appointments", "--config", str(config), "import", "any.csv"]) == 78
    assert "chmod" in capsys.readouterr().err


def test_nobody_there_is_told_so(ours: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("caller.asking.PATIENCE", 0.2)
    assert (
        main(["appointments", "--config", str(write(ours, tmp_path / "hall.toml")), "cancel", "BJ0001"]) == 69
    )
