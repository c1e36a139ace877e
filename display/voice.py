"""One voice per loudspeaker zone: a chime and the call, in order, never two at once, never late."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from caller.messages import Call, CallsState, Channel, HallState, Result, Status
from config.schema import Hall, Voice
from display.line import CALLS, Line
from display.policy import voice_of
from display.teller import Teller
from drivers.speech import reading
from drivers.speech.player import Player, open_player
from drivers.speech.voice import Speech

log = logging.getLogger(__name__)


class Loudspeaker:
    """A synthesiser and a player. Entering is the self-test: a voice that reads Chinese, a card that plays."""

    def __init__(self, voice: Voice, cache: Path) -> None:
        self.voice = voice
        self.name = name_of(voice)
        self.speech = Speech(self.name, words_per_minute=voice.words_per_minute, cache=cache)
        self.player: Player = open_player(voice.out, self.name)

    def __enter__(self) -> Self:
        log.info("%s speaks as %s", self.name, self.speech.choose())
        self.player.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Every sound has a process of its own, which has ended."""

    def announce(self, call: Call) -> Result:
        said = self.speech.announce([reading.sentence(call.ticket, call.window)], self.voice.times)
        self.player.play(said, call.id)
        return Result.SPOKEN


def name_of(voice: Voice) -> str:
    return f"voice-{voice.id}"


def cache() -> Path:
    """Where sentences are kept: systemd's directory for us, else this user's own."""
    given = os.environ.get("CACHE_DIRECTORY") or os.environ.get("STATE_DIRECTORY")
    return Path(given or Path(tempfile.gettempdir()) / f"hall-{os.getuid()}") / "speech"


def teller(line: Line, voice: Voice) -> Teller[Loudspeaker]:
    """The queue of one zone."""

    def device_of(call: Call) -> str | None:
        return name_of(voice) if voice_of(line.hall, call.zone) == voice else None

    return Teller(
        line,
        Channel.VOICE,
        name_of(voice),
        device_of,
        lambda: Loudspeaker(voice, cache()),
        Loudspeaker.announce,
    )


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False."""
    with Line(hall, "voice") as line, ExitStack() as zones:
        tellers = [zones.enter_context(teller(line, voice)) for voice in hall.voice]

        def see(said: HallState | CallsState | Status) -> None:
            if isinstance(said, CallsState):
                for each in tellers:
                    each.see(said)

        line.listen(CALLS)
        line.follow(see, running)
