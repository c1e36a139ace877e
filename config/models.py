"""A new model of a sign or a keypad is a table in hall.toml, not a class: what it says, each of its devices has.

`[sign_model.NAME]` and `[keypad_model.NAME]` say once what all of a model share; a device with `model = "NAME"` has
it, except for what it says itself.
"""

from __future__ import annotations

from typing import Any

from config.signs import OPTIONS, SHAPE
from config.wired import KEYPAD_SHARED

# By the table of the devices: what their model may say for them.
MODELS = {"sign": (*SHAPE, *OPTIONS), "keypad": KEYPAD_SHARED}


def with_models(raw: dict[str, Any], models: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Parsed TOML with every device told what its model says."""
    return raw | {table: _told(raw, table, shared) for table, shared in models.items() if table in raw}


def _told(raw: dict[str, Any], table: str, shared: tuple[str, ...]) -> Any:
    models, rows = raw.get(f"{table}_model"), raw[table]
    if not isinstance(models, dict) or not isinstance(rows, list):
        return rows
    return [_of_its_model(row, models, shared) for row in rows]


def _of_its_model(row: Any, models: dict[str, Any], shared: tuple[str, ...]) -> Any:
    if not isinstance(row, dict) or not isinstance(row.get("model", ""), str):
        return row
    model = models.get(row.get("model", ""))
    if not isinstance(model, dict):
        return row
    return {key: model[key] for key in shared if key in model} | row
