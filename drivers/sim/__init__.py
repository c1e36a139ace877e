"""Every kind of simulated device by the word that hall.toml and the command line use for it.

A kind is imported only when it is made, so that a sign's simulator costs nothing in a kiosk. Each class is
made with `(name, out, **options)`: its name in hall.toml, the folder for what it leaves (pictures of paper,
of LEDs) or None, and its own options as they stand in the URL or on the command line.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import cast

from drivers.sim.device import Simulator

KINDS = {
    "printer": "drivers.sim.printer:PrinterSimulator",
    "onbon": "drivers.sim.onbon:OnbonCard",
    "bx": "drivers.sim.bx:BxCard",
    "alpha": "drivers.sim.alpha:AlphaBoard",
    "hub75": "drivers.sim.hub75:Hub75Panels",
    "strip": "drivers.sim.strip:WindowStrip",
    "candle": "drivers.sim.candle:CandleBoard",
    "pad": "drivers.sim.pad:PadSimulator",
    "buttons": "drivers.sim.buttons:ButtonBoxes",
    "idcard": "drivers.sim.idcard:CardReader",
    "scanner": "drivers.sim.scanner:Scanner",
    "tap": "drivers.sim.tap:TapTerminal",
    "evdev": "drivers.sim.evdev:EvdevDevice",
    "jtech": "drivers.sim.coaster:JtechBox",
    "waveware": "drivers.sim.coaster:WaveWareBox",
    "lrs": "drivers.sim.coaster:LrsBox",
    "pocsag": "drivers.sim.radio:PocsagReceiver",
    "webhook": "drivers.sim.webhook:WebhookGateway",
}
WIRES = {
    "printer": "tcp",
    "onbon": "tcp",
    "bx": "tcp",
    "alpha": "pty",
    "hub75": "tcp",  # no byte wire: only a sim: URL of the same process reaches it
    "strip": "pty",
    "candle": "pty",
    "pad": "pty",
    "buttons": "pty",
    "idcard": "pty",
    "scanner": "pty",
    "tap": "pty",
    "evdev": "own",
    "jtech": "pty",
    "waveware": "pty",
    "lrs": "pty",
    "pocsag": "pty",
    "webhook": "own",
}


def make(kind: str, name: str, out: Path | None, options: dict[str, str]) -> Simulator:
    """A simulator of this kind. ValueError for an unknown kind or an option that it does not have."""
    if kind not in KINDS:
        raise ValueError(f"no simulator called {kind!r}; there are {', '.join(sorted(KINDS))}")
    module, _, class_name = KINDS[kind].partition(":")
    factory = getattr(import_module(module), class_name)
    try:
        return cast(Simulator, factory(name, out, **options))
    except TypeError as error:
        raise ValueError(f"{kind} {name}: {error}") from error
