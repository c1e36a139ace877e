"""The line settings that a maker prescribes, for URLs that give none of their own."""

from __future__ import annotations

from collections.abc import Mapping


def with_line(url: str, line: Mapping[str, str]) -> str:
    """The URL with `line` where it says nothing else; only a serial line has settings."""
    if not url.startswith("serial:"):
        return url
    path, _, query = url.partition("?")
    given = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    return f"{path}?" + "&".join(f"{name}={value}" for name, value in {**line, **given}.items())
