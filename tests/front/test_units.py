"""The units are what systemd accepts and what the hall promises: they say so themselves, and systemd agrees."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "systemd"
SERVICES = sorted(path for path in UNITS.glob("hall-*.service") if path.stem != "hall-screen")
INSTANCES = {"hall-kiosk@.service": "1", "hall-board@.service": "main", "hall-pad@.service": "3"}


def test_there_is_a_unit_for_each_process() -> None:
    names = {path.name for path in SERVICES}
    plain = {"caller", "bookings", "keypads", "signs", "voice", "pagers", "phone"}
    assert names == {f"hall-{process}.service" for process in plain} | set(INSTANCES)


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_each_process_is_watched_and_comes_back_for_ever(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    for promise in (
        "Type=notify",
        "WatchdogSec=10",
        "Restart=always",
        "RestartSec=1",
        "StartLimitIntervalSec=0",
        "PartOf=hall.target",
        "WantedBy=hall.target",
        "User=hall",
        "EnvironmentFile=-/etc/hall/env",
        "ExecStartPre=/opt/hall/.venv/bin/python -m config check /etc/hall/hall.toml",
    ):
        assert any(line == promise or line.startswith(promise + " --") for line in lines), promise


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_each_unit_starts_a_module_that_is_there(path: Path) -> None:
    started = re.search(r"^ExecStart=/opt/hall/\.venv/bin/python -m (\S+)", path.read_text("utf-8"), re.M)
    assert started
    module = ROOT.joinpath(*started[1].split("."))
    assert module.with_suffix(".py").is_file() or (module / "__main__.py").is_file()


def test_systemd_has_nothing_to_say_about_them(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    assert verify, "systemd-analyze is not installed; ./hall test installs it"
    python = shutil.which("true")
    for path in UNITS.glob("hall*"):
        if path.suffix in (".service", ".target"):
            text = path.read_text("utf-8")
            # verify looks whether programs and pages exist; on this machine nothing is installed
            text = re.sub(r"/opt/hall/\.venv/bin/python|/usr/bin/startx", str(python), text)
            text = re.sub(r"^Documentation=.*\n", "", text, flags=re.M)
            (tmp_path / path.name).write_text(text, "utf-8")
    # the units that ours only order themselves after are not on every machine
    (tmp_path / "mosquitto.service").write_text("[Service]\nExecStart=/bin/true\n")
    units: list[str] = []
    for path in sorted(tmp_path.glob("hall*")):
        name = path.name.replace("@.", f"@{INSTANCES.get(path.name, '')}.")
        units.append(str(tmp_path / name))
    said = subprocess.run(
        [verify, "verify", "--man=no", "--recursive-errors=no", *units],
        capture_output=True,
        text=True,
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": "/usr/bin:/bin", "SYSTEMD_LOG_LEVEL": "notice"},
        timeout=60,
    )
    assert (said.returncode, said.stderr, said.stdout) == (0, "", "")


def test_the_page_enables_and_disables_units_by_name() -> None:
    """systemctl takes a pattern for what runs, and refuses one for what is enabled."""
    page = (ROOT / "docs" / "install.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if line.startswith("systemctl ")]
    assert any(" disable " in line for line in lines)
    assert [line for line in lines if ("able " in line) and "*" in line] == []
