"""HylaFAX's `pagesend`, a TAP client that others wrote: run in a spool of its own, with no daemon behind it.

It only knows modems, so a modem stands between: it answers AT commands until it is told to dial, and is a bare
wire from then on. ./hall unpacks Debian's hylafax-server and hylafax-client into .venv/unpacked.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.sim.device import Simulator
from drivers.sim.host import Served

ROOT = Path(sys.prefix) / "unpacked" / "usr" / "lib" / "hylafax"

CONFIG = """\
LogFacility: daemon
UUCPLockDir: {spool}/locks
SessionTracing: 0xFFFFF
ModemType: Class1
ModemRate: 9600
ModemFlowControl: none
ModemResetDelay: 0
ModemDTRDropDelay: 0
ModemSoftResetCmdDelay: 0
ModemOnHookCmd: ""
PagerTTYParity: none
"""  # a pty refuses 7 bits and parity, and has no carrier to drop

JOB = """\
tts:0
killtime:2000000000
state:6
ntries:0
ndials:0
totdials:0
maxdials:1
tottries:0
maxtries:1
priority:127
schedpri:127
external:5550100
number:5550100
mailaddr:hall@localhost
sender:hall
jobid:1
groupid:1
modem:any
client:localhost
owner:root
jobtype:pager
doneop:remove
returned:0
notify:none
page:0::{pager}
data:0::docq/page.txt
"""


class Modem:
    """AT commands, then the terminal behind it. `said` keeps both sides of the call."""

    def __init__(self, terminal: Simulator) -> None:
        self.terminal = terminal
        self.name = "modem"
        self.events = terminal.events
        self.line = bytearray()
        self.connected = False
        self.said: list[tuple[str, bytes]] = []

    def receive(self, data: bytes) -> bytes:
        if self.connected:
            answer = self.terminal.receive(data)
            self.said += [("C", data), ("S", answer)]
            return answer
        answer = b""
        for byte in data:
            if byte != 0x0D:
                self.line.append(byte)
                continue
            answer += self._obey(bytes(self.line).strip().upper())
            self.line.clear()
        return answer

    def poll(self) -> bytes:
        return self.terminal.poll()

    def do(self, action: str, **args: Any) -> Any:
        return self.terminal.do(action, **args)

    def _obey(self, command: bytes) -> bytes:
        if command.startswith(b"ATD"):
            self.connected = True
            return b"\r\nCONNECT 9600\r\n"
        classes = b"\r\n0,1\r\n" if command == b"AT+FCLASS=?" else b""
        return classes + b"\r\nOK\r\n"


@dataclass(frozen=True)
class Sent:
    """What became of a job. `code` is pagesend's own: 2 sent, 1 not now, 0 never."""

    code: int
    status: str
    log: str


def pagesend(served: Served, spool: Path, pager: str, text: str) -> Sent:
    """Send one page through the modem on `served`."""
    device = str(Path(served.path).readlink()).removeprefix("/dev/").replace("/", "_")
    for folder in ("etc", "log", "sendq", "doneq", "docq", "tmp", "info", "status", "locks"):
        (spool / folder).mkdir(parents=True)
    for config in ("config", f"config.{device}"):
        (spool / "etc" / config).write_text(CONFIG.format(spool=spool))
    (spool / "docq" / "page.txt").write_text(text)
    job = spool / "sendq" / "q1"
    job.write_text(JOB.format(pager=pager))
    run = subprocess.run(
        [str(ROOT / "bin" / "pagesend"), "-m", device, "sendq/q1"],
        cwd=spool,
        env={**os.environ, "LD_LIBRARY_PATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert not run.stderr, run.stderr
    tags = dict(line.split(":", 1) for line in job.read_text().splitlines() if ":" in line)
    log = "".join(file.read_text(errors="replace") for file in (spool / "log").glob("c*"))
    return Sent(run.returncode, tags["status"], log)
