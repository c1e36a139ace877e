"""What somebody who means harm, or a device that is broken, may write on the bus."""

from __future__ import annotations

BRACKETS = b'{"id":"x","more":' + b"[" * 100_000  # without end
PAYLOADS = (
    b"",
    b"\x00",
    b"not json",
    b"\xff\xfe{}",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b'{"id":"\xed\xa0\x80"}',  # half a character, as UTF-8 may not write it
    b'{"id":"\\ud800"}',
    b'{"id":null}',
    b'{"id":1e400}',
    b'{"id":' + b"9" * 5000 + b"}",
    b'{"id":"' + b"x" * 100_000 + b'"}',
    BRACKETS,
    b"[" * 100_000,
    b'{"id":"x","id":"y","version":-1,"at":"0001-01-01T00:00:00+14:00","online":"maybe"}',
)
# Where a command may say that it wants its answer; `hall` is the prefix of a hall, hall/ID/.
ANSWER_AT = (
    "#",
    "+",
    "hall/#",
    "{hall}reply/+",
    "{hall}reply/#",
    "{hall}reply/",
    "{hall}reply/" + "x/" * 300,
    "{hall}reply/" + "x" * 60_000,
    "{hall}state/hall",
    "{hall}command/call-next",
    "hall/another/reply/me",
    "$SYS/broker/version",
    "/",
    "\ufeff",
)
