"""Another hall than the example, for one day: `service.transfer.quota 2` changes one thing of hall.toml.

A bare name is of [caller]; in a list of tables the one is meant that has this id, number or badge, and a badge that
nobody has is a new clerk's.
"""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Iterable
from typing import Any

NAMED_BY = ("id", "number", "badge")


def arranged(raw: dict[str, Any], options: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The hall.toml with these options; `raw` is not changed."""
    changed = copy.deepcopy(raw)
    for path, value in options:
        *tables, key = path.split(".") if "." in path else ("caller", path)
        found: Any = changed
        for name in tables:
            found = _under(found, name)
        found[key] = _value(value)
    return changed


def _under(found: Any, name: str) -> Any:
    if isinstance(found, dict):
        return found.setdefault(name, [] if name == "clerk" else {})
    for table in found:
        if name in (str(table.get(key)) for key in NAMED_BY):
            return table
    found.append({"badge": name})
    return found[-1]


def _value(text: str) -> Any:
    """As in TOML; a bare word is itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
