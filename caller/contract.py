"""The wire contract and the picture of the journey are written from the code, and never by hand.

`python -m caller.contract` writes docs/asyncapi.yaml (AsyncAPI 3.0), `python -m caller.contract journey`
writes docs/journey.md; with `--print` they go to standard output. A test compares them with what is committed.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from caller.chinese import TITLES
from caller.journey import ENDS, JOURNEY
from caller.messages import COMMANDS, EVENTS, STATES, Answer, Message, Reason, Step, say
from config import entry

DOCS = Path(__file__).parent.parent / "docs"
SCHEMAS = "#/components/schemas/{name}"
JSON = "application/json"
ABOUT = """\
取号、叫号和各种设备之间说的话。命令（command）用 QoS 1 发送，带 MQTT 5 的回复主题（response topic）和关联数据
（correlation data）；同一个编号的命令再发一遍，得到的还是第一次的回答。事件（event）只是通知；状态（state、status）
整份保留，任何一个程序随时重启都能接着干。时间都是 ISO 8601，带时区。
What kiosks, keypads, boards, signs, voice and pagers say to each other. A command is sent with QoS 1, a response
topic and correlation data; a repeated id gets the first answer again. Events only inform; states are whole and
retained, so that any part may restart at any moment. A field that a command does not have is refused. Times are
ISO 8601 with an offset. Nothing here says who a visitor is."""


def contract() -> dict[str, Any]:
    """The whole AsyncAPI document, as plain data."""
    topics: dict[str, type[Message]] = {f"command/{name}": kind for name, kind in COMMANDS.items()}
    topics |= {f"event/{name}": kind for name, kind in EVENTS.items()}
    topics |= {topic.replace("+", "{id}"): kind for topic, kind in STATES.items()}
    channels = {_key(topic): _channel(topic, kind) for topic, kind in topics.items()}
    channels["reply"] = {
        "address": None,
        "title": "回答",
        "description": "The response topic that the command named. 命令自己写明的回复主题。",
        "messages": {"Answer": {"$ref": "#/components/messages/Answer"}},
    }
    kinds: list[type[Message]] = [*dict.fromkeys(topics.values()), Answer]
    _, found = msgspec.json.schema_components(kinds, ref_template=SCHEMAS)
    schemas = _draft7(found)
    schemas["Reason"]["description"] += "\n" + "\n".join(_reasons())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "不动产登记大厅叫号 · the calling system of a hall",
            "version": "1",
            "description": ABOUT,
        },
        "defaultContentType": JSON,
        "servers": {
            "hall": {
                "host": "{host}:{port}",
                "protocol": "mqtt",
                "protocolVersion": "5.0",
                "description": "The hall's broker; all topics are below hall/{hall}/.",
                "pathname": "/hall/{hall}/",
                "variables": {
                    "host": {"default": "127.0.0.1"},
                    "port": {"default": "1883"},
                    "hall": {"description": "id in hall.toml", "examples": ["binjiang"]},
                },
            }
        },
        "channels": channels,
        "operations": dict(_operations(topics)),
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in kinds},
            "schemas": dict(sorted(schemas.items())),
        },
    }


def _key(topic: str) -> str:
    return topic.replace("/{id}", "").replace("/", "-")


def _channel(topic: str, kind: type[Message]) -> dict[str, Any]:
    name = kind.__name__
    channel: dict[str, Any] = {"address": f"hall/{{hall}}/{topic}", "title": TITLES[name]}
    channel["messages"] = {name: {"$ref": f"#/components/messages/{name}"}}
    channel["parameters"] = {"hall": {"description": "id in hall.toml"}}
    if "{id}" in topic:
        channel["parameters"]["id"] = {"description": "process or device"}
    return channel


def _message(kind: type[Message]) -> dict[str, Any]:
    message: dict[str, Any] = {"name": kind.__name__, "title": TITLES[kind.__name__], "contentType": JSON}
    if kind.__doc__:
        message["summary"] = " ".join(kind.__doc__.split())
    message["payload"] = {"$ref": SCHEMAS.format(name=kind.__name__)}
    return message


def _operations(topics: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Seen from the caller service: it receives commands and answers them; whatever else there is, is sent."""
    for topic in topics:
        room, key = topic.split("/")[0], _key(topic)
        at_least_once = {"qos": 1, "retain": room in ("state", "status"), "bindingVersion": "0.2.0"}
        operation: dict[str, Any] = {
            "action": "receive" if room == "command" else "send",
            "channel": {"$ref": f"#/channels/{key}"},
            "bindings": {"mqtt": at_least_once},
        }
        if room == "command":
            operation["reply"] = {
                "address": {"location": "$message.header#/responseTopic"},
                "channel": {"$ref": "#/channels/reply"},
            }
        yield ("take-" if room == "command" else "tell-") + key, operation


def _draft7(schema: Any) -> Any:
    """AsyncAPI's own schemas are of draft 7, where the items of a tuple are called by another name."""
    if isinstance(schema, list):
        return [_draft7(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    parts = {key: _draft7(part) for key, part in schema.items()}
    if "prefixItems" in parts:
        parts |= {"items": parts.pop("prefixItems"), "additionalItems": False}
    if isinstance(told := parts.get("description"), str):
        parts["description"] = inspect.cleandoc(told)  # of a margin that only some Pythons leave
    return parts


def _reasons() -> Iterator[str]:
    for reason in Reason:
        yield f"{reason}: {say(reason)} · {say(reason, 'en')}"


# --- the picture -------------------------------------------------------------------------------------------


def journey() -> str:
    """docs/journey.md: the table of caller/journey.py as a mermaid state diagram."""
    lines = [
        "# A ticket's journey · 一张号票走过的路",
        "",
        "Written by `python -m caller.contract journey` from the table in `caller/journey.py`. An event that is not",
        "drawn here cannot happen to a ticket: the queue refuses the command with `wrong-step`.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {_state(step)} : {TITLES[step.name]} {step}" for step in Step),
    ]
    for (before, event), after in JOURNEY.items():
        where = _state(before) if before else "[*]"
        lines.append(f"    {where} --> {_state(after)} : {TITLES[event.__name__]} {event.__name__}")
    lines += [*(f"    {_state(step)} --> [*]" for step in Step if step in ENDS), "```", ""]
    return "\n".join(lines)


def _state(step: Step) -> str:
    return step.value.replace("-", "_")


# --- writing -----------------------------------------------------------------------------------------------


def yaml(value: Any, indent: int = 0) -> Iterator[str]:
    """The lines of a YAML document: block maps and lists; what is quoted is quoted as in JSON, which YAML reads."""
    pad = "  " * indent
    items = value.items() if isinstance(value, dict) else ((None, item) for item in value)
    for key, item in items:
        head = f"{pad}{_scalar(key)}:" if isinstance(value, dict) else f"{pad}-"
        if isinstance(item, str) and "\n" in item:
            yield f"{head} |-"
            yield from (f"{pad}  {line}" for line in item.splitlines())
        elif _is_block(item):
            yield head
            yield from yaml(item, indent + 1)
        else:
            yield f"{head} {_scalar(item)}"


def _is_block(item: Any) -> bool:
    """Whether it takes lines of its own; a short map or a list of words stays on one line."""
    if isinstance(item, dict):
        return len(item) > 1 or any(isinstance(part, dict | list) for part in item.values())
    return isinstance(item, list) and any(isinstance(part, dict | list) for part in item)


def _scalar(value: Any) -> str:
    if isinstance(value, str) and value.replace("-", "a").replace("/", "a").replace("_", "a").isalnum():
        plain = (
            value.isascii()
            and value[0].isalpha()
            and value not in ("null", "true", "false", "yes", "no", "on", "off")
        )
        return value if plain else msgspec.json.encode(value).decode()
    return msgspec.json.encode(value).decode()


def asyncapi() -> str:
    """docs/asyncapi.yaml."""
    head = "# Written by `python -m caller.contract` from caller/messages; do not edit.\n"
    return head + "\n".join(yaml(contract())) + "\n"


WRITES = {"asyncapi": (asyncapi, "asyncapi.yaml"), "journey": (journey, "journey.md")}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m caller.contract", description=__doc__)
    parser.add_argument("what", nargs="?", choices=WRITES, default="asyncapi")
    parser.add_argument("--print", action="store_true", dest="printed")
    options = parser.parse_args(arguments)
    write, name = WRITES[options.what]
    if options.printed:
        sys.stdout.write(write())
    else:
        (DOCS / name).write_text(write(), "utf-8")
    return 0


if __name__ == "__main__":
    entry.run(main)
