"""`python -m config.reference`: what hall.toml may hold, table by table, written from the schema itself."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from enum import EnumType
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from config.schema import Hall, Table

PAGE = Path(__file__).parent.parent / "docs" / "hall.md"
HEAD = """# hall.toml

每个表、每一项，都从 `config/schema.py` 生成（`./hall python -m config.reference`）。
没有列在这里的项是错误；`./hall check 文件` 一次列出所有问题。

Every table and every key, written from the schema. A key that is not here is an error; `./hall check FILE` lists
every problem at once. `config/hall.toml` is a whole hall as an example. *required* keys have no default.
"""


def page() -> str:
    """The whole reference as Markdown."""
    return "\n".join([HEAD, *_tables(Hall, "", set())]) + "\n"


def _tables(kind: type[Any], name: str, told: set[type[Any]]) -> Iterator[str]:
    hints = get_type_hints(kind, include_extras=True)
    inner: list[tuple[str, type[Any]]] = []
    rows: list[str] = []
    for field in msgspec.structs.fields(kind):
        table, many = _table(hints[field.name])
        if table is not None:
            path = f"{name.strip('[]')}.{field.name}".strip(".")
            inner.append((f"[[{path}]]" if many else f"[{path}]", table))
            if name:
                rows.append(f"| `{field.name}` | a table, see `[{path}]` | {_default(field)} |")
        else:
            rows.append(f"| `{field.name}` | {_words(hints[field.name])} | {_default(field)} |")
    if name and rows:
        yield f"\n## `{name}`\n\n{_doc(kind)}| key | what | default |\n| --- | --- | --- |"
        yield "\n".join(rows)
    elif rows:
        yield "\n## at the top\n\n| key | what | default |\n| --- | --- | --- |\n" + "\n".join(rows)
    for path, table in inner:
        if table not in told:
            told.add(table)
            yield from _tables(table, path, told)


def _table(hint: Any) -> tuple[type[Any] | None, bool]:
    """The record that a key holds, and whether it holds many."""
    parts = [hint, *get_args(hint)]
    found = next((p for p in parts if isinstance(p, type) and issubclass(p, Table)), None)
    return found, get_origin(hint) is tuple


def _words(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        plain, *metas = get_args(hint)
        limits = [
            f"{k} {v}" for m in metas for k in ("ge", "gt", "le", "lt") if (v := getattr(m, k)) is not None
        ]
        limits += [f"like {', '.join(f'`{each}`' for each in m.examples)}" for m in metas if m.examples]
        return ", ".join([_words(plain), *limits]).replace("|", "\\|")
    if isinstance(hint, EnumType):
        return "one of " + ", ".join(f"`{member.value}`" for member in hint)  # type: ignore[var-annotated]
    if get_origin(hint) is tuple:
        return f"list of: {_words(get_args(hint)[0])}"
    return getattr(hint, "__name__", str(hint)).replace("|", "\\|")


def _default(field: Any) -> str:
    if field.required:
        return "*required*"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return (
        ""
        if isinstance(value, Table)
        else f"`{str(msgspec.json.encode(value), 'utf-8')}`".replace("|", "\\|")
    )


def _doc(kind: type[Any]) -> str:
    return f"{inspect.cleandoc(kind.__doc__)}\n\n" if "__doc__" in vars(kind) and kind.__doc__ else ""


if __name__ == "__main__":
    if "--print" in sys.argv:
        print(page(), end="")
    else:
        PAGE.write_text(page(), "utf-8")
