"""One person at a shell asks the running caller, or its journal, for one thing and reads the answer as a sentence;
when either is not there that is a sentence, too."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Callable

import msgspec

from caller.database import JournalError
from caller.messages import Answer, Command, Reason, decode, encode, say, topic
from config import entry
from config.languages import _
from config.schema import Hall
from drivers.mqtt import Bus

PATIENCE = 5.0  # seconds that a person waits for what is quickly done
OF_A_LIST = 20.0  # seconds: some thousand lines take their time


class Silent(Exception):
    """The caller does not answer."""


class Mistaken(Exception):
    """What was typed cannot be; the text says why."""


def ended(hall: Hall, act: Callable[[], int]) -> int:
    """What the process ends with: what `act` says, 1 for a mistake, 69 while the caller or its journal is not there."""
    try:
        return act()
    except Mistaken as mistaken:
        print(mistaken, file=sys.stderr)
        return 1
    except Silent:
        print(_("叫号服务没有应答"), file=sys.stderr)
    except JournalError as error:
        print(f"{hall.caller.journal}: {error}", file=sys.stderr)
    return entry.EX_UNAVAILABLE


def new_id() -> str:
    return uuid.uuid4().hex


def asked(hall: Hall, command: Command, patience: float = 0.0) -> Answer:
    """The caller's answer; raises Silent after so many seconds without one, PATIENCE if none are given."""
    at, name = hall.broker, f"shell-{command.id}"
    with Bus(at.host, at.port, hall.hall.id, name, user=at.user, password=at.password) as bus:
        try:
            answer = decode(bus.ask(topic(command), encode(command), patience or PATIENCE), Answer)
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
