"""A hall is loaded whole or not at all: every problem is found and told at once."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from enum import EnumType
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from config.boards import with_layouts
from config.languages import _
from config.models import MODELS, with_models
from config.schema import Hall, Table

REGEX = "matching regex"  # in msgspec's words for a text of another form


class Problem(NamedTuple):
    """One thing wrong in hall.toml. `near` is what was probably meant, or ""."""

    table: str
    key: str
    value: str
    expected: str
    near: str = ""

    def __str__(self) -> str:
        place = f"[{self.table}] " if self.table else ""
        shown = f" = {self.value}" if self.value else ""
        hint = _("，是不是要写 {near}？").format(near=self.near) if self.near else ""
        return _("{place}：{expected}").format(
            place=f"{place}{self.key}{shown}", expected=self.expected + hint
        )


class ConfigError(Exception):
    """hall.toml cannot be used; `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def load(path: Path) -> Hall:
    """The hall described by the TOML file at `path`; raises ConfigError."""
    try:
        return read(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise ConfigError([Problem("", str(path), "", _("没有这个文件"))]) from None
    except OSError as error:
        raise ConfigError([Problem("", str(path), "", _("读不懂：{why}").format(why=error))]) from None


def read(content: bytes, name: str) -> Hall:
    """The hall described by the bytes of the TOML file called `name`; raises ConfigError whatever they are."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))  # as Windows saves it, too
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, a number of five thousand digits
        raise ConfigError([Problem("", name, "", _("读不懂：{why}").format(why=error))]) from None
    return parse(raw)


def parse(raw: dict[str, Any]) -> Hall:
    """The hall described by parsed TOML; raises ConfigError with every problem."""
    from config.references import dangling  # it names Problem, so it comes after it

    problems: list[Problem] = []
    hall: Hall = _record(with_layouts(with_models(raw, MODELS)), Hall, "", problems)
    problems += dangling(hall)
    if problems:
        raise ConfigError(problems)
    return hall


def near(word: object, known: Iterable[object]) -> str:
    """The known word that was probably meant, or ""."""
    return next(iter(difflib.get_close_matches(str(word), [str(k) for k in known], 1, 0.6)), "")


def _record(raw: dict[str, Any], kind: type[Any], name: str, problems: list[Problem]) -> Any:
    """A record of what could be read; a field that could not is left empty and told in `problems`."""
    hints, fields = _shape(kind)  # type: ignore[arg-type]  # a class is hashable, whatever mypy says
    for key in raw.keys() - fields.keys():
        said = Problem(name, key, _shown(raw[key]), _("没有这个选项"), near(key, fields))
        problems.append(said)
    values: dict[str, Any] = {}
    for key, field in fields.items():
        if key in raw:
            values[key] = _value(raw[key], hints[key], name, key, problems)
        elif field.required:
            values[key] = () if _item(hints[key]) else None
            problems.append(Problem(name, key, "", _("缺少这一项")))
    return kind(**values)


@cache
def _shape(kind: type[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The type and the field of each key of this table."""
    return get_type_hints(kind, include_extras=True), {f.name: f for f in msgspec.structs.fields(kind)}


def _value(raw: Any, hint: Any, name: str, key: str, problems: list[Problem]) -> Any:
    if get_origin(hint) is dict and _is_table(get_args(hint)[1]) and _tables(raw):
        named = get_args(hint)[1]
        return {row: _record(raw[row], named, f"{key}.{row}", problems) for row in raw}
    inner = next((part for part in (hint, *get_args(hint)) if _is_table(part)), None)
    if get_origin(hint) not in (dict, tuple) and inner is not None and isinstance(raw, dict):
        return _record(raw, inner, f"{name}.{key}".strip("."), problems)
    item = _item(hint)
    if _is_table(item) and isinstance(raw, list) and all(isinstance(row, dict) for row in raw):
        rows = enumerate(raw, 1)
        return tuple(_record(row, item, f"{name}.{key}".strip(".") + f" {n}", problems) for n, row in rows)
    try:
        return msgspec.convert(raw, hint)
    except msgspec.ValidationError as error:
        problems.append(Problem(name, key, _shown(raw), _wanted(hint, str(error)), _choice(raw, hint)))
        return () if item else None


def _tables(raw: Any) -> bool:
    return isinstance(raw, dict) and all(isinstance(row, dict) for row in raw.values())


def _item(hint: Any) -> Any:
    """What a tuple[X, ...] holds, else None."""
    return get_args(hint)[0] if get_origin(hint) is tuple else None


def _is_table(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Table)


def _wanted(hint: Any, said: str) -> str:
    """How a text of another form should have looked; what msgspec says of all else is plain enough."""
    shown = [each for part in (hint, _item(hint)) for meta in get_args(part)[1:] for each in _examples(meta)]
    return (
        _("要写成这样：{examples}").format(examples=_("、").join(shown)) if shown and REGEX in said else said
    )


def _examples(meta: Any) -> list[str]:
    return meta.examples or [] if isinstance(meta, msgspec.Meta) else []


def _choice(raw: Any, hint: Any) -> str:
    return near(raw, hint.__members__.values()) if isinstance(hint, EnumType) else ""


def _shown(value: Any) -> str:
    text = str(msgspec.json.encode(value), "utf-8") if not isinstance(value, dict) else "{…}"
    return text if len(text) <= 60 else text[:57] + "…"
