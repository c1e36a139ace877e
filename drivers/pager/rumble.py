"""A gamepad, or any force-feedback device, as a silent vibrator: evdev's FF_RUMBLE.

Source: linux/input.h, Documentation/input/ff.rst. `evdev:/dev/hall/rumble-{pager}` names one device for each
pager number; without `{pager}` one device serves every address.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from drivers.errors import DeviceLost
from drivers.pager.receipt import Receipt
from drivers.words import _

EV_FF, FF_RUMBLE = 0x15, 0x50
STRONGEST = 0xFFFF
PLACE = "{pager}"


def open_evdev(path: str) -> Any:
    """The real thing."""
    import evdev

    return evdev.InputDevice(path)


class RumblePager:
    """Vibrates `times` times for `milliseconds`, with equal pauses. `open_device(path)` gives an evdev device."""

    def __init__(
        self,
        name: str,
        url: str,
        *,
        milliseconds: str | int = 600,
        times: str | int = 3,
        strength: str | int = 100,
        open_device: Callable[[str], Any] = open_evdev,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        scheme, _colon, self.path = url.partition(":")
        if scheme != "evdev" or not self.path.startswith("/"):
            raise ValueError(
                _("“{url}”要写成 {example}").format(url=url, example=f"evdev:/dev/hall/rumble-{PLACE}")
            )
        self.name = name
        self.url = url
        self.milliseconds, self.times = int(milliseconds), int(times)
        self.level = STRONGEST * int(strength) // 100
        if not (0 < self.milliseconds <= 5000 and 1 <= self.times <= 10 and 0 < self.level <= STRONGEST):
            raise ValueError("milliseconds 1 to 5000, times 1 to 10, strength 1 to 100 (percent)")
        self.open_device = open_device
        self.sleep = sleep

    def __enter__(self) -> Self:
        self.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open between pages: a gamepad sleeps, and comes back as another device."""

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Vibrate; the words stay unsaid. DeviceLost when the device is gone or cannot rumble."""
        if not (address.isascii() and address.isdecimal()):
            raise ValueError(f"a pager has a number, not {address!r}")
        path = self.path.replace(PLACE, address)
        try:
            with contextlib.closing(self._vibrator(path)) as device:
                self._vibrate(device)
        except OSError as error:
            raise DeviceLost(
                self.name, _("震动器 {path} 没有震动：{why}").format(path=path, why=error.strerror or error)
            ) from error
        return Receipt(address, True, "vibrated")

    def check(self) -> None:
        """The device, or the folder of the devices, is there. Raises DeviceLost."""
        if PLACE in self.path:
            if not Path(self.path).parent.is_dir():
                raise DeviceLost(
                    self.name,
                    _("没有目录 {folder}：震动器没插上，或路径写错了").format(folder=Path(self.path).parent),
                )
            return
        try:
            self._vibrator(self.path).close()
        except OSError as error:
            raise DeviceLost(
                self.name, _("打不开震动器 {path}：{why}").format(path=self.path, why=error.strerror or error)
            ) from error

    def _vibrator(self, path: str) -> Any:
        device = self.open_device(path)
        if FF_RUMBLE not in device.capabilities().get(EV_FF, ()):
            device.close()
            raise OSError(_("{name} 不会震动").format(name=device.name))
        return device

    def _vibrate(self, device: Any) -> None:
        from evdev import ff

        effect = ff.Effect(
            FF_RUMBLE,
            -1,
            0,
            ff.Trigger(0, 0),
            ff.Replay(self.milliseconds, 0),
            ff.EffectType(ff_rumble_effect=ff.Rumble(self.level, self.level)),
        )
        number = device.upload_effect(effect)
        try:
            for turn in range(self.times):
                if turn:
                    self.sleep(self.milliseconds / 1000)
                device.write(EV_FF, number, 1)
                # The kernel stops an effect that is erased, so it stays until it has been felt.
                self.sleep(self.milliseconds / 1000)
        finally:
            with contextlib.suppress(OSError):  # unplugged: the effect went with the device
                device.erase_effect(number)
