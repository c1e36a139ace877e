"""Devices for the doctor: one of each kind, well or in the way that hardware fails."""

from __future__ import annotations

import socket
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import tomli_w

from drivers.doctor import diagnose
from drivers.doctor.devices import Device
from drivers.doctor.finding import State
from drivers.sim import host, make

ROOT = Path(__file__).parents[2]
NOBODY = 65534


def tcp(stack: ExitStack, kind: str, out: Path | None = None) -> host.Served:
    return stack.enter_context(host.serve_tcp(make(kind, kind, out, {})))


def pty(stack: ExitStack, kind: str, **options: str) -> host.Served:
    return stack.enter_context(host.serve_pty(make(kind, kind, None, options)))


def silent(stack: ExitStack) -> str:
    """A device that takes the connection and never says a word."""
    listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    return f"tcp:127.0.0.1:{listener.getsockname()[1]}"


def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"tcp:127.0.0.1:{free.getsockname()[1]}"


def holding(stack: ExitStack, path: str) -> int:
    """Another program that has the line for itself."""
    code = "import serial, sys, time; p = serial.Serial(sys.argv[1], exclusive=True); print(1, flush=True)"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; time.sleep(60)", path], stdout=subprocess.PIPE, text=True
    )
    stack.callback(process.communicate)
    stack.callback(process.kill)
    assert process.stdout is not None and process.stdout.readline()
    return process.pid


class Told(NamedTuple):
    """A finding as a Chinese reader has it."""

    state: State
    spoken: str
    answer: str
    todo: str


def told(devices: Sequence[Device]) -> list[Told]:
    """What the doctor says of these."""
    return [Told(f.state, str(f.spoken), str(f.answer), str(f.todo)) for f in diagnose(devices)]


def one(device: Device) -> Told:
    (found,) = told([device])
    return found


def hall_file(tmp_path: Path, printer: str) -> Path:
    raw = tomllib.loads((ROOT / "config" / "hall.toml").read_text("utf-8"))
    raw["broker"] = {"port": int(closed().rpartition(":")[2])}
    raw["kiosk"] = raw["kiosk"][:1]
    raw["kiosk"][0]["printer"] = {"url": printer, "profile": "80mm"}
    raw["sign"], raw["keypad"], raw["pager"], raw["reader"] = [], [], [], []
    for table in ("pager_terminal", "appointments", "setup", "progress"):
        del raw[table]
    for row in (raw["hall"], *raw["service"]):  # nobody looks up a name from here
        row.pop("ticket_url", None)
        row.pop("guide_url", None)
    raw["kiosk"][0]["book"] = str(tmp_path / "kiosk.book")
    raw["caller"]["journal"] = f"sqlite:///{tmp_path}/journal.db"
    raw["phone"] = {"port": int(closed().rpartition(":")[2])}
    raw["voice"] = [{"id": "east", "zones": ["east"], "out": f"file:{tmp_path}/said"}]
    file = tmp_path / "hall.toml"
    file.write_text(tomli_w.dumps(raw), "utf-8")
    return file
