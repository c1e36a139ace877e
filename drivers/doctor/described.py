"""The driver of a device as hall.toml describes it, not yet opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from drivers.doctor.devices import Device
from drivers.errors import DeviceError
from drivers.inputs import Input
from drivers.keypad import ff68
from drivers.keypad.bus import Bus
from drivers.keypad.buttons import ButtonBoxes
from drivers.keypad.usb import UsbPad
from drivers.pager.gateway import PagerGateway, open_gateway
from drivers.printer import PROFILES, Profile
from drivers.reader.watch import Reader, open_reader
from drivers.sign.open import KINDS, open_sign
from drivers.sign.sign import Sign
from drivers.words import _


class Panel(Input):
    """A touch panel: whoever draws on the glass reads it, here it is only looked at."""

    what = _("触摸屏")
    example = "evdev:/dev/hall/touch-1"


def profile_of(device: Device) -> tuple[str, Profile]:
    """What hall.toml calls the printer's model, and what that can do. ValueError names those there are."""
    name = str(device.options.get("profile", "80mm"))
    if name not in PROFILES:
        said = _("[kiosk] printer.profile = {profile}：可以写 {known}")
        raise ValueError(said.format(profile=name, known=list(PROFILES)))
    return name, PROFILES[name]


def hung(device: Device) -> Sign:
    """The sign as hall.toml describes it, not yet opened."""
    size = int(device.options.get("width_dots", 128)), int(device.options.get("height_dots", 32))
    named = KINDS[device.kind].options
    said = {name: value for name, value in device.options.items() if name in named and value is not None}
    return open_sign(device.kind, device.name, device.url, *size, **said)


def secret_of(device: Device, option: str) -> str:
    """What stands in the file that hall.toml names there; "" where it names none. Raises DeviceError."""
    file = str(device.options.get(option, ""))
    try:
        return Path(file).read_text("utf-8").strip() if file else ""
    except OSError as error:
        # Not lost: whoever holds a cable in the hand would look in the wrong place.
        said = _("读不到密钥文件 {file}：{why}").format(file=file, why=error.strerror)
        raise DeviceError(device.name, said) from error


def gateway_of(kind: str, device: Device, **more: Any) -> PagerGateway:
    """The pager terminal as hall.toml describes it, not yet opened; its secret is read now."""
    known = {
        name: v for name, v in device.options.items() if name not in ("capcode", "terminal", "secret_file")
    }
    if device.options.get("secret_file"):
        known["secret"] = secret_of(device, "secret_file")
    return open_gateway(kind, device.name, device.url, **known, **more)


def bus_of(device: Device) -> Bus:
    """The line of an RS-485 pad, not yet opened; it knows this pad's own keys."""
    return Bus(
        device.name, device.url, {int(device.options["address"]): device.options.get("codes") or ff68.CODES}
    )


def usb_pad_of(device: Device) -> UsbPad:
    return UsbPad(device.name, device.url, device.options.get("codes"))


def boxes_of(devices: Sequence[Device]) -> ButtonBoxes:
    """The Modbus button boxes on one wire, not yet opened."""
    first = devices[0]
    addresses = [int(device.options["address"]) for device in devices]
    keys, inputs = int(first.options.get("keys", 8)), str(first.options.get("inputs", "level"))
    return ButtonBoxes(first.name, first.url, addresses, keys=keys, inputs=inputs)


def reader_of(device: Device) -> Reader:
    """The reader as hall.toml describes it, not yet opened."""
    key_file = str(device.options.get("key_file", ""))
    return open_reader(device.kind, device.name, device.url, key_file=key_file, today=date.today)
