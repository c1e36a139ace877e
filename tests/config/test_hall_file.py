"""hall.toml: loaded whole, or every problem told at once."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from config.devicechecks import RULES
from config.load import ConfigError, parse
from config.schema import Hall, WindowKind
from config.wired import ReaderKind
from drivers.pager.gateway import KINDS, open_gateway

EXAMPLE = Path(__file__).parents[2] / "config" / "hall.toml"


@pytest.fixture
def raw() -> dict[str, Any]:
    return tomllib.loads(EXAMPLE.read_text("utf-8"))


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(ConfigError) as found:
        parse(raw)
    return [str(problem) for problem in found.value.problems]


def test_the_example_is_a_real_hall(hall: Hall) -> None:
    kinds = [window.kind for window in hall.window]
    assert len(hall.window) == 12
    assert kinds.count(WindowKind.INTEGRATED) >= 5, "the standard asks for 40 % integrated windows"
    for kind in (WindowKind.ENTERPRISE, WindowKind.GREEN, WindowKind.COMPLAINT, WindowKind.CONSULTATION):
        assert kinds.count(kind) == 1
    assert len(hall.service) >= 14 and len({s.letter for s in hall.service}) == len(hall.service)
    assert len(hall.kiosk) == 2 and len(hall.pager) == 20 and len(hall.voice) == 2
    assert {s.window for s in hall.sign} == {k.window for k in hall.keypad} == {w.number for w in hall.window}
    assert all(s.materials for s in hall.service if s.everywhere), "whoever comes is told what to bring"


def test_an_integrated_window_serves_what_is_served_everywhere(hall: Hall) -> None:
    assert "transfer" in hall.serves(hall.find_window(3))
    assert "enterprise" not in hall.serves(hall.find_window(3))
    assert hall.window_numbers("enterprise") == (2,)


def test_an_unknown_key_is_an_error_with_a_hint(raw: dict[str, Any]) -> None:
    raw["hall"]["nmae"] = "x"
    assert problems(raw) == ['[hall] nmae = "x"：没有这个选项，是不是要写 name？']


def test_a_table_where_rows_are_wanted_is_told(raw: dict[str, Any]) -> None:
    raw["case"] = {"id": "refused", "name": "不予受理"}  # [case] where [[case]] was meant
    assert any(problem.startswith("case = ") for problem in problems(raw))


def test_every_problem_is_told_at_once(raw: dict[str, Any]) -> None:
    raw["broker"]["port"] = "1883"
    raw["service"][0]["letter"] = "I"
    raw["window"][2]["kind"] = "integrted"
    raw["window"][7]["serves"] = ["mortgag", "release"]
    raw["sign"][0]["window"] = 99
    del raw["kiosk"][0]["printer"]
    told = problems(raw)
    assert len(told) == 6, told
    assert any("[broker] port" in line for line in told)
    assert any("[service 1] letter" in line for line in told)
    assert any("[window 3] kind" in line and "integrated" in line for line in told)
    assert any("[window 8] serves = mortgag" in line and "mortgage" in line for line in told)
    assert any("[sign 1] window = 99" in line for line in told)
    assert any("[kiosk 1] printer" in line for line in told)


def two_windows_on_one_keypad(raw: dict[str, Any]) -> None:
    raw["keypad"][1]["address"] = raw["keypad"][0]["address"]


def two_windows_on_one_usb_port(raw: dict[str, Any]) -> None:
    usb = [k for k in raw["keypad"] if k["kind"] == "usb"]
    usb[1]["url"] = usb[0]["url"]


def two_signs_on_one_window(raw: dict[str, Any]) -> None:
    raw["sign"][1]["window"] = raw["sign"][0]["window"]


def a_service_that_no_window_serves(raw: dict[str, Any]) -> None:
    raw["window"][1]["serves"] = ["search"]


def a_window_that_serves_an_unknown_service(raw: dict[str, Any]) -> None:
    raw["window"][8]["serves"] = ["search", "serach"]


def two_printers_on_one_port(raw: dict[str, Any]) -> None:
    raw["kiosk"][1]["printer"]["url"] = raw["kiosk"][0]["printer"]["url"]


def a_printer_on_a_signs_port(raw: dict[str, Any]) -> None:
    raw["kiosk"][0]["printer"]["url"] = raw["sign"][0]["url"]


def pagers_without_a_terminal(raw: dict[str, Any]) -> None:
    del raw["pager_terminal"]


def a_key_that_means_nothing(raw: dict[str, Any]) -> None:
    raw["keymap"]["usb"]["KPENTER"] = "call-nxt"


def a_zone_that_is_not_there(raw: dict[str, Any]) -> None:
    raw["voice"][0]["zones"] = ["esat"]


def a_pad_and_a_button_box_on_one_wire(raw: dict[str, Any]) -> None:
    raw["keypad"][1] |= {"kind": "modbus", "address": 20}


def button_boxes_that_disagree_on_one_wire(raw: dict[str, Any]) -> None:
    for pad, keys in zip(raw["keypad"], (8, 4), strict=False):
        pad |= {"kind": "modbus", "url": "serial:/dev/hall/boxes", "keys": keys}


def two_button_boxes_with_one_address(raw: dict[str, Any]) -> None:
    for pad in raw["keypad"][:2]:
        pad |= {"kind": "modbus", "url": "serial:/dev/hall/boxes", "address": 9}


def a_pad_without_an_address(raw: dict[str, Any]) -> None:
    del raw["keypad"][0]["address"]


def a_pad_beyond_its_bus(raw: dict[str, Any]) -> None:
    raw["keypad"][0]["address"] = 200


def a_readers_wire_that_a_printer_has(raw: dict[str, Any]) -> None:
    raw["kiosk"][0]["printer"]["url"] = "serial:/dev/ttyS1"
    raw["reader"] = [{"kiosk": 1, "kind": "scanner", "url": "serial:/dev/ttyS1?baud=9600"}]


def a_reader_at_no_kiosk(raw: dict[str, Any]) -> None:
    raw["reader"] = [{"kiosk": 9, "kind": "scanner", "url": "serial:/dev/ttyS1"}]


def a_card_reader_without_a_key(raw: dict[str, Any]) -> None:
    raw["reader"] = [{"kiosk": 1, "kind": "idcard", "url": "serial:/dev/ttyS1"}]


def a_scanner_with_a_key(raw: dict[str, Any]) -> None:
    raw["reader"] = [{"kiosk": 1, "kind": "scanner", "url": "serial:/dev/ttyS1", "key_file": "/x"}]


def a_wedge_on_a_serial_line(raw: dict[str, Any]) -> None:
    raw["reader"] = [{"kiosk": 1, "kind": "wedge", "url": "serial:/dev/ttyS1"}]


def two_card_readers_at_one_kiosk(raw: dict[str, Any]) -> None:
    one = {"kiosk": 1, "kind": "idcard", "key_file": "/etc/hall/id.key"}
    raw["reader"] = [one | {"url": "serial:/dev/ttyS1"}, one | {"url": "serial:/dev/ttyS2"}]


def terminal(**options: Any) -> Any:
    def spoil(raw: dict[str, Any]) -> None:
        raw["pager_terminal"] = {"url": "serial:/dev/hall/paging"} | options

    return spoil


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (two_windows_on_one_keypad, "[keypad 2] address"),
        (two_windows_on_one_usb_port, "[keypad 9] url"),
        (two_signs_on_one_window, "[sign 2] window = 1"),
        (a_service_that_no_window_serves, "[service 5] id = enterprise"),
        (a_window_that_serves_an_unknown_service, "[window 9] serves = serach"),
        (two_printers_on_one_port, "[kiosk 2.printer] url"),
        (a_printer_on_a_signs_port, "[sign 1] url"),
        (pagers_without_a_terminal, "[pager_terminal]"),
        (a_key_that_means_nothing, "[keymap.usb] KPENTER"),
        (a_zone_that_is_not_there, "[voice 1] zones = esat"),
        (a_pad_and_a_button_box_on_one_wire, "[keypad 2] url"),
        (button_boxes_that_disagree_on_one_wire, "[keypad 2] keys = 4"),
        (two_button_boxes_with_one_address, "[keypad 2] address"),
        (a_pad_without_an_address, "[keypad 1] address = 0"),
        (a_pad_beyond_its_bus, "[keypad 1] address = 200"),
        (a_readers_wire_that_a_printer_has, "[reader 1] url"),
        (a_reader_at_no_kiosk, "[reader 1] kiosk = 9"),
        (a_card_reader_without_a_key, "[reader 1] key_file"),
        (a_scanner_with_a_key, "[reader 1] key_file"),
        (a_wedge_on_a_serial_line, "[reader 1] url"),
        (two_card_readers_at_one_kiosk, "[reader 2] kind = idcard"),
        (terminal(kind="pigeon"), "[pager_terminal] kind"),
        (terminal(kind="pocsag", password="SECRET"), "[pager_terminal] password"),
        (terminal(kind="pocsag", speed=1201), "[pager_terminal] speed = 1201"),
        (terminal(kind="pocsag", form="wav"), "[pager_terminal] url"),
        (terminal(kind="jtech", separator="512-alfa"), "[pager_terminal] separator = 512-alfa"),
        (terminal(kind="jtech", tone="A"), "[pager_terminal] tone = A"),
        (terminal(kind="lrs"), "[pager 1] capcode = 1000001"),
        (terminal(kind="lrs", everybody="99999"), "[pager_terminal] everybody = 99999"),
        (terminal(kind="pocsag", everybody="2097152"), "[pager_terminal] everybody = 2097152"),
        (terminal(kind="tap", everybody="all"), "[pager_terminal] everybody"),
        (terminal(kind="rumble"), "[pager_terminal] url"),
        (terminal(kind="webhook", url="https://sms.example/calls"), "[pager_terminal] secret_file"),
        (terminal(kind="webhook", secret_file="/etc/hall/sms.key"), "[pager_terminal] url"),
        (terminal(kind="tap", secret_file="/etc/hall/sms.key"), "[pager_terminal] secret_file"),
        (terminal(kind="tap", url="https://sms.example/calls"), "[pager_terminal] url"),
    ],
)
def test_what_a_hall_cannot_be(raw: dict[str, Any], spoil: Any, where: str) -> None:
    spoiled = copy.deepcopy(raw)
    spoil(spoiled)
    assert [line for line in problems(spoiled) if line.startswith(where)]
    parse(raw)


@pytest.mark.parametrize(
    ("terminal", "options"),
    [
        ({"kind": "tap", "password": "ABC"}, {"password": "ABC"}),
        (
            {"kind": "pocsag", "form": "spi", "speed": 512, "url": "file:/dev/spidev0.0"},
            {"form": "spi", "speed": "512"},
        ),
        ({"kind": "jtech", "separator": "1200-alpha"}, {"separator": "1200-alpha"}),
        ({"kind": "waveware", "tone": "2", "speed": 1200}, {"tone": "2", "speed": "1200"}),
        ({"kind": "rumble", "url": "evdev:/dev/hall/rumble-{pager}", "times": 2}, {"times": "2"}),
    ],
    ids=lambda v: str(v.get("kind", "")),
)
def test_every_kind_of_pager_terminal_is_a_row_and_its_options_open_it(
    raw: dict[str, Any], terminal: dict[str, Any], options: dict[str, str]
) -> None:
    raw["pager_terminal"] = {"url": "serial:/dev/hall/paging"} | terminal
    found = parse(raw).pager_terminal
    assert found is not None and found.options == options
    open_gateway(found.kind, "paging", found.url, **found.options)


def test_every_word_that_a_terminal_may_be_given_is_known_to_its_driver(raw: dict[str, Any]) -> None:
    for kind, rule in RULES.items():
        for option, words in rule.options.items():
            for word in words:
                url = {"rumble": "evdev:/dev/x", "webhook": "https://h/"}.get(kind, "serial:/dev/x")
                open_gateway(kind, "paging", url, **{option: word})
    assert set(RULES) == set(KINDS)
    assert {kind.value for kind in ReaderKind} == {"idcard", "scanner", "wedge"}


def test_the_secret_that_signs_calls_is_in_its_own_file(raw: dict[str, Any], tmp_path: Path) -> None:
    secret = tmp_path / "sms.key"
    secret.write_text("sixteen-or-more-characters\n")
    raw["pager_terminal"] = {
        "kind": "webhook",
        "url": "https://sms.example/calls",
        "secret_file": str(secret),
    }
    found = parse(raw).pager_terminal
    assert found is not None and found.options == {"secret": "sixteen-or-more-characters"}
    assert "sixteen" not in repr(found)


def test_the_command_line(tmp_path: Path) -> None:
    def check(file: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "config", "check", str(file)]
        return subprocess.run(command, capture_output=True, text=True, cwd=EXAMPLE.parents[1], check=False)

    fine = check(EXAMPLE)
    assert fine.returncode == 0 and "12 个窗口" in fine.stdout
    bad = tmp_path / "bad.toml"
    bad.write_text('[hall]\nid = "x"\n[[window]]\nnumbr = 1\n', "utf-8")
    spoiled = check(bad)
    assert spoiled.returncode == 78 and "numbr" in spoiled.stderr and "number" in spoiled.stderr
    bad.write_text("[hall", "utf-8")
    assert check(tmp_path / "none.toml").returncode == check(bad).returncode == 78


def test_devices_are_listed_for_programs_that_may_not_read_the_file() -> None:
    command = [sys.executable, "-m", "config", "devices", str(EXAMPLE)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=EXAMPLE.parents[1], check=True).stdout
    devices = [json.loads(line) for line in told.splitlines()]
    by_name = {device["name"]: device for device in devices}
    assert len(by_name) == len(devices)
    assert by_name["sign:3"]["kind"] == "onbon"
    assert by_name["sign:3"]["url"] == "tcp:192.168.10.103:5005"
    assert by_name["keypad:3"]["options"]["address"] == 3
    assert by_name["pager:7"] == {
        "name": "pager:7",
        "kind": "pager",
        "url": by_name["pagers:terminal"]["url"],
        "options": {"capcode": "1000007", "terminal": "tap"},
    }
    assert "keypad:11" not in by_name, "a keypad on a clerk's screen is no device"
