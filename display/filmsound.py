"""The sound of a film, which is silent while a voice speaks in the hall.

ffmpeg decodes it, aplay plays it, each in a process of its own; what goes from one to the other passes through here
in tenths of a second, and is replaced by silence while `ducked`.
"""

from __future__ import annotations

import subprocess
import threading

RATE, CHANNELS, BYTES = 48_000, 2, 2
CHUNK = RATE // 10 * CHANNELS * BYTES
CARD_MICROSECONDS = 200_000  # that the sound card may hold: how late silence can be


class FilmSound:
    """`card` is an ALSA device, "" for its default. A hall whose card is stuck sees its films without sound."""

    def __init__(self, card: str, player: str = "aplay", decoder: str = "ffmpeg") -> None:
        self.ducked = False
        self._player = [player, "-q", "-t", "raw", "-f", "S16_LE", "-r", str(RATE), "-c", str(CHANNELS)]
        self._player += [f"--buffer-time={CARD_MICROSECONDS}", "-D", card or "default", "-"]
        self._decoder = [decoder, "-nostdin", "-v", "error", "-vn", "-sn", "-f", "s16le"]
        self._decoder += ["-ar", str(RATE), "-ac", str(CHANNELS), "pipe:1"]
        self._running: tuple[subprocess.Popen[bytes], ...] = ()

    def start(self, file: str) -> None:
        self.stop()
        line = [*self._decoder[:4], "-i", file, *self._decoder[4:]]
        quiet = subprocess.DEVNULL
        try:
            decoder = subprocess.Popen(line, stdin=quiet, stdout=subprocess.PIPE, stderr=quiet)
        except OSError:
            return
        try:
            player = subprocess.Popen(self._player, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)
        except OSError:
            decoder.kill()
            decoder.communicate()
            return
        self._running = decoder, player
        threading.Thread(target=self._pass_on, args=(decoder, player), daemon=True, name="film-sound").start()

    def stop(self) -> None:
        """Silence, at once."""
        running, self._running = self._running, ()
        for process in running:
            process.kill()

    def _pass_on(self, decoder: subprocess.Popen[bytes], player: subprocess.Popen[bytes]) -> None:
        assert decoder.stdout is not None and player.stdin is not None
        try:
            with decoder.stdout as out, player.stdin as into:
                while chunk := out.read(CHUNK):
                    into.write(bytes(len(chunk)) if self.ducked else chunk)
        except OSError:
            pass  # the player is gone
        decoder.kill()
        decoder.wait()
        player.wait()
