"""`python -m drivers.sim`: many devices in one process, JSON lines out, JSON lines in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.printer import PROFILES, Paper, Printer
from drivers.sim.__main__ import lines, serve
from drivers.transport import open_url

Process = subprocess.Popen[str]


def start(*args: str) -> Process:
    return subprocess.Popen(
        [sys.executable, "-m", "drivers.sim", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def hear(process: Process) -> dict[str, Any]:
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def tell(process: Process, text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text + "\n")
    process.stdin.flush()


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[tuple[Process, dict[str, str]]]:
    with start("printer:name=printer-1,wire=tcp,port=0", "printer:name=printer-2,wire=pty,paper=58",
               "--out", str(tmp_path)) as process:  # fmt: skip
        urls = {line["device"]: line["url"] for line in (hear(process), hear(process))}
        assert hear(process) == {"ready": True}
        yield process, urls
        if process.stdin and not process.stdin.closed:
            process.stdin.close()
        process.wait(10)


def test_each_device_is_where_it_says(hall: tuple[Process, dict[str, str]]) -> None:
    process, urls = hall
    assert urls["printer-1"].startswith("tcp:127.0.0.1:")
    assert urls["printer-2"].startswith("serial:/")
    for name, url in urls.items():
        paper = Paper(PROFILES["80mm"])
        paper.text(f"请到{name}")
        paper.cut()
        with Printer(name, url, PROFILES["80mm"]) as printer:
            printer.print(paper.bytes)
        event = hear(process)
        assert (event["device"], event["event"], event["lines"]) == (name, "cut", [f"请到{name}"])
        assert Path(event["png"]).name == f"{name}-0001.png"
        assert Path(event["png"]).exists()


def test_physics_by_the_control_line(hall: tuple[Process, dict[str, str]]) -> None:
    process, urls = hall
    tell(process, '{"device": "printer-1", "do": "run_out_of_paper", "args": {"after_rows": null}, "id": 7}')
    said = [hear(process), hear(process)]
    assert {"device": "printer-1", "event": "condition", "is": "paper-out", "was": "ready"} in said
    assert {"device": "printer-1", "id": 7, "done": "run_out_of_paper", "result": None} in said
    with open_url(urls["printer-1"], "printer-1") as wire:
        wire.write(b"\x10\x04\x04")
        assert wire.read(5) == b"\x7e"
    tell(process, '{"device": "printer-2", "do": "show"}')
    assert hear(process)["result"]["condition"] == "ready"


BAD_LINES = {
    "not json": "JSONDecodeError",
    "[]": "AttributeError",
    '{"do": "show"}': "KeyError",
    '{"device": "printer-9", "do": "show", "id": 1}': "no device 'printer-9'",
    '{"device": "printer-1", "do": "fly", "id": 1}': "cannot 'fly'",
    '{"device": "printer-1", "do": "show", "args": {"x": 1}, "id": 1}': "unexpected keyword",
}


def test_a_bad_line_is_answered_and_survived(hall: tuple[Process, dict[str, str]]) -> None:
    process, _ = hall
    for number, (text, says) in enumerate(BAD_LINES.items(), 2):
        tell(process, text)
        assert says in hear(process)["error"], text
        tell(process, json.dumps({"device": "printer-1", "do": "show", "id": number}))
        assert hear(process)["id"] == number, text


def test_the_end_of_stdin_and_sigterm_end_it() -> None:
    with start("printer", "--port", "0") as process:
        assert hear(process)["device"] == "printer-1"
        assert hear(process) == {"ready": True}
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0
    with start("printer", "--port", "0") as process:
        hear(process)
        hear(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_signal_that_comes_just_before_the_wait_is_not_missed() -> None:
    """Python's handler has run, its byte is in the pipe, and nobody will ever type anything."""
    typed, finger = os.pipe()
    told, signalled = os.pipe()
    try:
        os.write(finger, b"one\ntwo\nthr")
        read = lines(typed, told)
        assert (next(read), next(read)) == ("one", "two")
        os.write(signalled, b"\x0f")
        assert list(read) == []
    finally:
        for end in (typed, finger, told, signalled):
            os.close(end)


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("teapot", "no simulator called 'teapot'"),
        ("printer:paper=112", "paper is one of"),
        ("printer:colour=red", "colour"),
        ("printer:wire", "NAME=VALUE"),
        ("printer:port=http", "port is 0 to 65535"),
    ],
)
def test_a_wrong_spec_says_what_is_wrong(spec: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        serve(spec, 1, Namespace(out=None, port=0, name="", wire=""))


@pytest.mark.parametrize(
    ("specs", "says"),
    [
        (["teapot"], "no simulator called 'teapot'"),
        (["printer:name=a", "printer:name=a"], "two devices called a"),
    ],
)
def test_with_a_wrong_spec_the_process_ends_with_78(specs: list[str], says: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "drivers.sim", *specs],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2], timeout=30,
    )  # fmt: skip
    assert done.returncode == 78
    assert says in done.stderr
