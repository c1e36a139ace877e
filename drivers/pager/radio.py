"""A POCSAG transmitter: pages become words for an SPI radio, samples for an FM modulator, or WAV files.

    spi:  file:/dev/spidev0.0       the bits themselves, first bit first, to an FSK transmitter
    raw:  file:/run/hall/pocsag     a FIFO (or tcp:) of signed 16-bit samples at 22050 Hz, as rpitx and SDRs take
    wav:  file:/var/lib/hall/pages  a folder: one WAV file for each page, for trying out without a radio

Radio needs a licence, so the radio itself is the hall's own.
"""

from __future__ import annotations

import itertools
import os
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Self

from drivers.errors import DeviceLost
from drivers.onwire import OnWire
from drivers.pager import pocsag
from drivers.pager.pocsag import Function, Page
from drivers.pager.receipt import Receipt
from drivers.transport import Transport, open_url
from drivers.words import _

FORMS = ("raw", "spi", "wav")
RATE = 22050  # samples per second: what multimon-ng and most modulators take
SENT = "sent"


def outward(url: str, device: str) -> Transport:
    """The wire to the radio, never read from: a FIFO would give back our own samples, and SPI sends while it reads."""
    return open_url(url, device, one_way=True)


class PocsagTransmitter(OnWire):
    """`speed` is 512, 1200 or 2400 bit/s, `function` numeric, alpha, tone-b or tone-c, as the pagers are set.

    A pager that is programmed to vibrate on a tone function needs no text: it is left away.
    """

    what = _("寻呼发射机")

    def __init__(
        self,
        name: str,
        url: str,
        *,
        form: str = "raw",
        speed: str = "1200",
        function: str = "alpha",
        open_wire: Callable[[str, str], Transport] = outward,
    ) -> None:
        if form not in FORMS or int(speed) not in pocsag.SPEEDS:
            raise ValueError(f"form is one of {', '.join(FORMS)}, speed of {pocsag.SPEEDS}")
        super().__init__(name, url, open_wire)
        self.form = form
        self.speed = int(speed)
        self.function = Function[function.upper().replace("-", "_")]
        self.numbers = itertools.count(1)

    def __enter__(self) -> Self:
        if self.form != "wav":
            return super().__enter__()
        self.check()
        return self

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Page one pager. Paging goes one way: "accepted" means that it was given to the radio.

        ValueError for what cannot be sent, DeviceLost when the radio is gone.
        """
        if not (address.isascii() and address.isdecimal()):
            raise ValueError(f"a POCSAG address is a number, not {address!r}")
        words = pocsag.encode(Page(int(address), self.function, self._text(text)))
        if self.form == "wav":
            return Receipt(address, True, str(self._write_wav(address, words)))
        spi = self.form == "spi"
        self.opened().write(pocsag.as_bytes(words) if spi else pocsag.as_samples(words, self.speed, RATE))
        return Receipt(address, True, SENT)

    def check(self) -> None:
        """Hear whether the radio is still there. Raises DeviceLost."""
        if self.form == "wav":
            if not os.access(self._folder(), os.W_OK | os.X_OK):
                raise DeviceLost(self.name, _("没有可以写入的目录 {folder}").format(folder=self._folder()))
        else:
            while self.opened().read(0):
                pass

    def _text(self, text: str) -> str:
        match self.function:
            case Function.ALPHA:
                return text
            case Function.NUMERIC:
                # A numeric pager shows the ticket's and the window's digits: "A012 -> 3" as "012 3".
                return " ".join("".join(c if c.isdigit() else " " for c in text).split())
            case _:
                return ""

    def _folder(self) -> Path:
        return Path(self.url.partition(":")[2])

    def _write_wav(self, address: str, words: list[int]) -> Path:
        path = self._folder() / f"page-{next(self.numbers):06d}-{address}.wav"
        try:
            with wave.open(str(path), "wb") as sound:
                sound.setnchannels(1)
                sound.setsampwidth(2)
                sound.setframerate(RATE)
                sound.writeframes(pocsag.as_samples(words, self.speed, RATE))
        except OSError as error:
            raise DeviceLost(self.name, _("写不了 {path}：{why}").format(path=path, why=error)) from error
        return path
