"""A private Mosquitto on a free loopback port; it can be killed and started again where it was."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Self


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Broker:
    host = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        lines = f"listener {self.port} {self.host}\nallow_anonymous true\nset_tcp_nodelay true\n"
        config = self._folder / "mosquitto.conf"
        config.write_text(lines + "persistence false\nmax_queued_messages 10000\n")
        program = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
        assert program, "mosquitto is not installed; ./hall test installs it"
        with (self._folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen([program, "-c", str(config)], stdout=log, stderr=log)
        self._wait()

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _wait(self) -> None:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("mosquitto did not start")
