"""What the journal is made of: five tables, the same on SQLite and PostgreSQL.

`events` is the record, a chain; `answers` makes a repeated command harmless; `anchor` is where the chain begins
since old days were let go; `checkpoint` is a shortcut for starting and may be thrown away; `lease` says who writes.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    inspect,
    select,
    text,
    update,
)

from caller.chain import START, link

_whole = BigInteger().with_variant(Integer, "sqlite")

tables = MetaData()
events = Table(
    "events",
    tables,
    Column("seq", _whole, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("command", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("events_by_kind", "kind", "seq"),
)
answers = Table(
    "answers",
    tables,
    Column("day", String(10), primary_key=True),  # an id that a device used yesterday must not stop today
    Column("command", String(64), primary_key=True),
    Column("payload", LargeBinary, nullable=False),
)
anchor = Table(
    "anchor",
    tables,
    Column("seq", _whole, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
checkpoint = Table(
    "checkpoint",
    tables,
    Column("seq", _whole, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
    Column("form", String(64), nullable=False),
    Column("state", LargeBinary, nullable=False),
)
lease = Table(
    "lease",
    tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", _whole, nullable=False),
    Column("holder", String(200), nullable=False),
)


def prepare(connection: Connection) -> None:
    """Tables that are not there are made; a journal from before the chain is chained."""
    with connection.begin():
        there = inspect(connection)
        old = there.has_table("events") and "hash" not in {c["name"] for c in there.get_columns("events")}
        if old:
            connection.execute(text(f"ALTER TABLE events ADD COLUMN hash {_bytes(connection)}"))
        tables.create_all(connection)
        if old:
            _chain(connection)
        if connection.scalar(select(lease.c.epoch)) is None:
            connection.execute(insert(lease), {"id": 1, "epoch": 0, "holder": ""})


def _bytes(connection: Connection) -> str:
    return "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"


def _chain(connection: Connection) -> None:
    head, links = START, []
    for row in connection.execute(select(events).order_by(events.c.seq)):
        head = link(head, row.seq, row.day, row.kind, row.command, row.payload)
        links.append({"at": row.seq, "head": head})
    if links:
        change = update(events).where(events.c.seq == bindparam("at")).values(hash=bindparam("head"))
        connection.execute(change, links)
