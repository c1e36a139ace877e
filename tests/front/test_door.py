"""The front door: it tells what there is, sets up what is missing, does nothing twice and heals what broke."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.front.checkout import ROOT, Checkout

NOBODY = 65534
ALL_PACKAGES = re.findall(r"^\w+_packages=\"(.*?)\"", (ROOT / "hall").read_text("utf-8"), re.M | re.S)
APT_LINE = r"^apt-get update && apt-get install --yes --no-install-recommends (.*)$"


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    # not tmp_path: another user must be able to look in
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Checkout(Path(folder).resolve())


def test_help_tells_what_there_is_and_touches_nothing(checkout: Checkout) -> None:
    for words in ((), ("--help",), ("-h",)):
        told = checkout.hall(*words)
        assert told.returncode == 0 and told.stderr == ""
        for command in ("demo", "test", "check", "python", "lock"):
            assert re.search(rf"^  {command} ", told.stdout, re.M)
    assert not (checkout.folder / ".venv").exists()


def test_help_does_not_promise_what_is_not_there(checkout: Checkout) -> None:
    assert " bench " not in checkout.hall("--help").stdout
    (checkout.folder / "tests/bench").mkdir(parents=True)
    (checkout.folder / "tests/bench/__main__.py").touch()
    assert " bench " in checkout.hall("--help").stdout


def test_an_unknown_command_is_a_usage_error(checkout: Checkout) -> None:
    refused = checkout.hall("dmeo")
    assert refused.returncode == 64
    assert "no such command: dmeo" in refused.stderr


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What a person without root meets on a bare machine: an empty package database, and no sudo."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "status").touch()
        sudo = Path(folder) / "sudo"
        sudo.write_text("#!/bin/sh\nexit 1\n")
        sudo.chmod(0o755)
        yield {"DPKG_ADMINDIR": folder, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": folder}


def test_without_root_it_says_the_exact_line_and_ends_with_69(
    checkout: Checkout, bare: dict[str, str]
) -> None:
    user = NOBODY if os.geteuid() == 0 else None
    refused = checkout.hall("test", user=user, **bare)
    assert refused.returncode == 69
    line = re.search(APT_LINE, refused.stderr, re.M)
    assert line
    named = {name.replace("libmtdev1t64", "libmtdev1") for name in line[1].split()}
    assert named == set(" ".join(ALL_PACKAGES).split())
    assert not (checkout.folder / ".venv").exists()


def test_it_asks_only_for_what_is_missing(checkout: Checkout, bare: dict[str, str]) -> None:
    have = "Package: mosquitto\nStatus: install ok installed\nVersion: 2\nArchitecture: all\n\n"
    half = "Package: gcc\nStatus: install ok unpacked\nVersion: 2\nArchitecture: all\n"
    fields = "Maintainer: x\nDescription: x\n"
    status = have.replace("\n\n", "\n" + fields + "\n") + half + fields
    (Path(bare["DPKG_ADMINDIR"]) / "status").write_text(status)
    line = re.search(
        APT_LINE, checkout.hall("demo", user=NOBODY if os.geteuid() == 0 else None, **bare).stderr, re.M
    )
    assert line
    named = line[1].split()
    assert "mosquitto" not in named
    assert "gcc" in named  # unpacked but never configured: an interrupted installation
    assert "strace" not in named  # for the tests only


def test_set_up_happens_once(checkout: Checkout) -> None:
    assert "making .venv" in checkout.set_up()
    checkout.witness.touch()
    assert checkout.set_up() == ""
    assert checkout.witness.exists()

    (checkout.folder / "config/__main__.py").write_text("import sys; print(sys.argv[1:]); sys.exit(78)")
    checked = checkout.hall("check", "my hall.toml", "*")
    assert (checked.returncode, checked.stdout.strip()) == (78, "['check', 'my hall.toml', '*']")


@pytest.mark.long
def test_a_broken_or_old_venv_is_made_anew(checkout: Checkout) -> None:
    checkout.set_up()
    checkout.witness.touch()
    stamp = checkout.folder / ".venv/hall-is-set-up"
    stamp.unlink()  # a set-up that was cut short left none
    assert checkout.was_made_anew()

    (checkout.folder / ".venv/bin/python").unlink()
    assert checkout.was_made_anew()

    (checkout.folder / "requirements.lock").write_text("# another release\n")
    assert checkout.was_made_anew()
    assert not checkout.was_made_anew()


@pytest.mark.long
def test_what_cannot_be_installed_is_said_and_leaves_no_stamp(checkout: Checkout) -> None:
    (checkout.folder / "requirements.lock").write_text("segno==0.0.0 --hash=sha256:" + "0" * 64 + "\n")
    failed = checkout.hall("python", "-V", PIP_NO_INDEX="1")
    assert failed.returncode == 69
    assert "segno==0.0.0" in failed.stderr
    assert not (checkout.folder / ".venv/hall-is-set-up").exists()


def test_nothing_installed_hides_a_room_of_ours() -> None:
    import caller
    import config
    import display
    import drivers
    import kiosk

    for room in (kiosk, caller, display, drivers, config):
        assert Path(str(room.__file__)).parent.parent == ROOT
