"""One voice per loudspeaker zone: a chime and the call, in order, never two at once, never late."""

from __future__ import annotations

import logging
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from caller.messages import Call, CallsState, Channel, EmergencyState, HallState, Result
from config.languages import _
from config.schema import Hall, Voice
from config.voices import Language as SpeechLanguage
from display import policy, saying
from display.line import CALLS, EMERGENCY, HALL, Line, Said
from display.lookout import Lookout
from display.policy import voice_of
from display.rehearsal import Rehearsal
from display.saying import Manner, rules_of
from display.siren import Siren
from display.teller import CutShort, Outcome, Teller
from display.turns import Turn, turns
from drivers.errors import DeviceLost
from drivers.speech import announcement
from drivers.speech.announcement import Speaker
from drivers.speech.player import length, open_player
from drivers.speech.reading import Language, Rules

log = logging.getLogger(__name__)


SWITCH = 0.0005  # seconds that what is rendered ahead may keep a call waiting, at each of its steps


class Loudspeaker:
    """A speaker and a player. Entering is the self-test: a voice that speaks the language, a card that plays.

    `turn` is shared with the voices that are heard here too, the player with the siren."""

    def __init__(
        self,
        line: Line,
        voice: Voice,
        speaker: Speaker,
        english: Speaker | None,
        turn: Turn,
        siren: Siren,
    ) -> None:
        self.line = line
        self.voice = voice
        self.name = name_of(voice)
        self.speaker = speaker
        self.english = english
        self.turn = turn
        self.siren = siren
        self.player = siren.player
        self.ended = -math.inf

    def __enter__(self) -> Self:
        self.player.check()  # first: a card that hangs is tried again and again, and each time costs no synthesis
        log.info("%s speaks as %s", self.name, self.speaker.choose())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Every sound has a process of its own, which has ended."""

    def announce(self, call: Call, waiting: int, needed: Callable[[], bool]) -> Outcome | None:
        """None if the visitor came while a neighbour spoke, or while this was made ready."""
        rule = policy.rule_of(call, self.line.hall)
        how = saying.manner(call, self.voice, rule, waiting, time.monotonic() - self.ended)
        said = self._said(call, how)
        with self.turn:
            if self.line.now() >= call.expires:  # a neighbour was speaking until now
                return Outcome(Result.EXPIRED)
            if not needed():
                return None
            if not self.siren.on:
                self._play(said, call)
        if self.siren.on:
            raise CutShort(self.name, _("正在紧急撤离"))
        self.ended = time.monotonic()
        return Outcome(Result.SPOKEN, length(said))

    def _play(self, said: bytes, call: Call) -> None:
        """Whatever else sounds on this loudspeaker gives way meanwhile."""
        self.line.speaks(self.voice, length(said))
        try:
            self.player.play(said, call.id, lambda: not self.siren.on)
        finally:
            self.line.speaks(self.voice)

    def _said(self, call: Call, how: Manner) -> bytes:
        rules = rules_of(self.voice)
        try:
            return saying.say(call, how, self.speaker, rules, self.english)
        except DeviceLost as error:
            if not how.english:
                raise
            log.warning("%s: without English: %s", self.name, error)
            return saying.say(call, how, self.speaker, rules)


def name_of(voice: Voice) -> str:
    return f"voice-{voice.id}"


def speaker_of(voice: Voice, kept: Path) -> Speaker:
    return announcement.speaker(
        name_of(voice),
        engine=voice.engine,
        rules=rules_of(voice),
        words_per_minute=voice.words_per_minute,
        clips=voice.clips,
        cache=kept,
    )


def cache() -> Path:
    """Where sentences are kept: systemd's directory for us, else this user's own."""
    given = os.environ.get("CACHE_DIRECTORY") or os.environ.get("STATE_DIRECTORY")
    return Path(given or Path(tempfile.gettempdir()) / f"hall-{os.getuid()}") / "speech"


def english_of(voice: Voice, kept: Path) -> Speaker | None:
    """Who says it again for a visitor who chose English."""
    if voice.language == SpeechLanguage.ENGLISH:
        return None
    return announcement.speaker(
        name_of(voice),
        rules=Rules(Language.ENGLISH),
        words_per_minute=voice.words_per_minute,
        cache=kept,
    )


def teller(
    line: Line,
    voice: Voice,
    speaker: Speaker,
    english: Speaker | None,
    turn: Turn,
    siren: Siren,
) -> Teller[Loudspeaker]:
    """The queue of one zone."""

    def device_of(call: Call) -> str | None:
        return name_of(voice) if voice_of(line.hall, call.zone) == voice else None

    queue: Teller[Loudspeaker] = Teller(
        line,
        Channel.VOICE,
        name_of(voice),
        device_of,
        lambda: Loudspeaker(line, voice, speaker, english, turn, siren),
        lambda device, call: device.announce(call, turn.waiting, lambda: queue.needed(call)),
    )
    turn.queues.append(lambda: queue.waiting)
    return queue


def run(hall: Hall, running: Callable[[], bool]) -> None:
    """Until `running` is False."""
    sys.setswitchinterval(SWITCH)
    with Line(hall, "voice") as line, ExitStack() as zones:
        kept, taking_turns = cache(), turns(hall.voice)
        tellers: list[Teller[Loudspeaker]] = []
        sirens: list[Siren] = []
        rehearsals: list[Rehearsal] = []
        for voice in hall.voice:
            speaker, english = speaker_of(voice, kept), english_of(voice, kept)
            player = open_player(voice.out, name_of(voice))
            siren = zones.enter_context(Siren(line, name_of(voice), player, speaker, english))
            sirens.append(siren)
            queue = teller(line, voice, speaker, english, taking_turns[voice.id], siren)
            tellers.append(zones.enter_context(queue))
            rehearsals.append(zones.enter_context(Rehearsal(hall, voice, speaker, english)))

        lookout = Lookout(line)

        def see(said: Said) -> None:
            lookout.see(said)
            if isinstance(said, EmergencyState):
                for siren, queue in zip(sirens, tellers, strict=True):
                    siren.warn(said)
                    queue.hush(said.on)
            if isinstance(said, CallsState):
                for each in tellers:
                    each.see(said)
            if isinstance(said, HallState | CallsState):
                for rehearsal in rehearsals:
                    rehearsal.see(said)

        def look() -> None:
            lookout.look()
            for each in tellers:
                each.look()

        line.listen(EMERGENCY, CALLS, HALL)
        line.follow(see, running, look)
