"""A caller service at work over a private broker, and a clerk who can hear the hall."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from caller.__main__ import serve
from config.schema import Hall
from drivers.mqtt import Bus
from tests.broker import Broker
from tests.caller.witness import Witness
from tests.postgres import Postgres
from tests.serving import serving


@pytest.fixture
def ours(hall: Hall, broker: Broker, tmp_path: Path) -> Hall:
    """The example hall with its journal and broker in this test's folder, where nobody has to wait to recall."""
    return msgspec.structs.replace(
        hall,
        broker=msgspec.structs.replace(hall.broker, host=broker.host, port=broker.port),
        caller=msgspec.structs.replace(
            hall.caller, journal=f"sqlite:///{tmp_path}/journal.db", seconds_between_calls=0
        ),
        appointments=msgspec.structs.replace(hall.appointments, day_keys_file=str(tmp_path / "journal.keys")),
    )


@pytest.fixture
def service(ours: Hall) -> Iterator[Hall]:
    """The hall, with its caller service running."""
    with serving(serve, ours):
        yield ours


@pytest.fixture
def witness(ours: Hall) -> Iterator[Witness]:
    with Bus(ours.broker.host, ours.broker.port, ours.hall.id, "witness") as bus:
        yield Witness(bus)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """For the whole run; each test has a database of its own in it."""
    with Postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty journal, on each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/journal.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.database()
