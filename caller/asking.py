"""One person at a shell asks the running caller for one thing, and reads the answer as a sentence."""

from __future__ import annotations

import sys
import uuid

import msgspec

from caller.messages import Answer, Command, Reason, decode, encode, say, topic
from config.languages import _
from config.schema import Hall
from drivers.mqtt import Bus

PATIENCE = 20.0  # seconds: a list of some thousand lines takes its time


class Silent(Exception):
    """The caller does not answer."""


def new_id() -> str:
    return uuid.uuid4().hex


def asked(hall: Hall, command: Command) -> Answer:
    """The caller's answer; raises Silent."""
    at, name = hall.broker, f"shell-{command.id}"
    with Bus(at.host, at.port, hall.hall.id, name, user=at.user, password=at.password) as bus:
        try:
            answer = decode(bus.ask(topic(command), encode(command), PATIENCE), Answer)
        except (TimeoutError, OSError, msgspec.MsgspecError):
            raise Silent from None
    if answer.reason is Reason.JOURNAL_UNAVAILABLE:
        raise Silent
    return answer


def told(answer: Answer) -> int:
    """0 and "done", or 1 and why not."""
    if answer.done:
        print(_("已办好"))
        return 0
    print(say(answer.reason) if answer.reason else answer.detail, file=sys.stderr)
    return 1
