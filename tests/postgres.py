"""A private PostgreSQL on a free loopback port, run by nobody in particular, its data gone with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import psycopg

from tests.broker import free_port

PROGRAMS = Path("/usr/lib/postgresql")  # Debian: one folder for each major version


def program(name: str) -> str:
    versions = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    assert found, f"{name} is not installed; ./hall test installs it"
    return found


class Postgres:
    """`database()` gives the URL of a new, empty one."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.port = free_port()
        self._temporary = TemporaryDirectory(prefix="hall-pg-")  # nobody may not enter pytest's own folders
        self._folder = Path(self._temporary.name)
        self._names = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        data = self._folder / "data"
        data.mkdir(mode=0o700)
        for path in (self._folder, data):
            if os.getuid() == 0:
                shutil.chown(path, *_owner())
        made = ["-D", str(data), "-U", "hall", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        subprocess.run([program("initdb"), *made], check=True, stdout=subprocess.DEVNULL, **self._as())
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._temporary.cleanup()

    def start(self) -> None:
        line = [program("postgres"), "-D", str(self._folder / "data"), "-k", "", "-h", self.host]
        line += ["-p", str(self.port), "-c", "shared_buffers=16MB", "-c", "max_connections=20"]
        with (self._folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(line, stdout=log, stderr=log, **self._as())
        deadline = time.monotonic() + 20
        while True:
            try:
                psycopg.connect(self._line("postgres")).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self._folder / "postgres.log").read_text()
                time.sleep(0.05)

    def kill(self) -> None:
        """At once, as when the power goes; what was committed is there at the next start."""
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT ends its children too
            self._process.wait(20)
            self._process = None

    def database(self) -> str:
        name = f"hall_{next(self._names)}"
        with psycopg.connect(self._line("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://hall@{self.host}:{self.port}/{name}"

    def _line(self, name: str) -> str:
        return f"host={self.host} port={self.port} user=hall dbname={name}"

    def _as(self) -> dict[str, Any]:
        if os.getuid() != 0:
            return {"cwd": self._folder}
        user, group = _owner()
        return {"user": user, "group": group, "extra_groups": [], "cwd": self._folder}


def _owner() -> tuple[int, int]:
    """PostgreSQL refuses to run as root."""
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid
