"""One sentence, one process: pyttsx3 hangs when its engine is used twice or cannot write, so it is used once.

The sentence is trimmed and levelled here too: that is a good part of a second of arithmetic, which would otherwise be
done between the calls of the process that speaks, and at its priority.

Run as `python -m drivers.speech.render`, a request as JSON on standard input, an answer as JSON on standard
output; whoever starts it bounds its time. Only libespeak-ng1 and its data are needed.

    {"do": "phonemes", "voices": ["cmn"], "text": "请到三号窗口"}  -> {"cmn": "tS;h'i214N…"}
    {"do": "render", "voice": "cmn", "rate": 150, "text": "…", "out": "/tmp/a.wav"}  -> {}
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from drivers.speech import sound

UTF8 = 1  # espeakCHARS_UTF8
ABANDONED = 60  # seconds: whoever asked was killed, and espeak may never say that it has finished
MNEMONICS = 0  # phonememode of espeak_TextToPhonemes: what `espeak-ng -x` prints


def phonemes(voices: list[str], text: str) -> dict[str, str]:
    """How each voice that the library has would pronounce `text`; unknown voices are left out."""
    from pyttsx3.drivers import _espeak as espeak

    if espeak.Initialize(espeak.AUDIO_OUTPUT_RETRIEVAL, 1000) < 0:
        raise RuntimeError("espeak-ng has no voice data")
    pronounce = espeak.dll.espeak_TextToPhonemes
    pronounce.restype = ctypes.c_char_p
    pronounce.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    said: dict[str, str] = {}
    for voice in voices:
        if espeak.SetVoiceByName(voice.encode()) == 0:
            rest = ctypes.c_char_p(text.encode())
            clauses = []
            while rest.value is not None:
                clauses.append((pronounce(ctypes.byref(rest), UTF8, MNEMONICS) or b"").decode())
            said[voice] = " ".join(clauses)
    return said


def render(voice: str, rate: int, text: str, out: str) -> None:
    """Write `text` as a 22050 Hz mono 16-bit WAV file, trimmed and levelled; without samples if there was no sound.
    `rate` in words per minute as espeak counts them."""
    import pyttsx3
    from pyttsx3.drivers import _espeak as espeak

    finished = threading.Event()
    engine = pyttsx3.init("espeak")
    engine.connect("finished-utterance", lambda **_: finished.set())
    engine.setProperty("voice", voice)
    engine.setProperty("rate", rate)
    # The rate is set in a thread of espeak's own; one sentence in twenty had begun at pyttsx3's 200 before it
    # was. So: set it now, not when the loop begins, and wait until it has been set.
    engine.proxy.setBusy(False)
    espeak.Synchronize()
    engine.save_to_file(text, out)
    engine.runAndWait()
    # pyttsx3 2.99 ends its loop before it begins, and espeak goes on in a thread of its own.
    finished.wait()
    file = Path(out)
    file.write_bytes(sound.to_wav(sound.level(sound.trim(sound.from_wav(file.read_bytes())))))


def main() -> None:
    signal.alarm(ABANDONED)
    asked: dict[str, Any] = json.load(sys.stdin)
    answer: dict[str, str] = {}
    with contextlib.redirect_stdout(sys.stderr):  # pyttsx3 prints
        match asked.pop("do"):
            case "phonemes":
                answer = phonemes(**asked)
            case "render":
                render(**asked)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
