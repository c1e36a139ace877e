"""A number pad, a touch panel, a keyboard wedge or a headphone socket that other processes read as real evdev devices.

Physics of a pad: `press(key="KPENTER")`, `hold(key=…)` (autorepeat). Of a panel, in pixels from the top left
of its `width` x `height`: `touch(x, y, seconds)`, `double_touch(x, y)`, `two_fingers(x, y, x2, y2)`. Of a wedge:
`scan(text)`. Of a socket, empty at first: `insert()`, `remove()`. Of all: `unplug`, `plug`, and `is_read()`, whether
a process has the node open. A panel speaks multi-touch protocol B with pointer emulation, as panels do: kernel.org,
input/multi-touch-protocol.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from drivers.keypad.keys import CODES
from drivers.reader import layout
from drivers.sim.testbed import EV_ABS, EV_KEY, EV_MSC, EV_REP, EV_SW, Description, shared

ABS_X, ABS_Y = 0x00, 0x01
ABS_MT_SLOT, ABS_MT_POSITION_X, ABS_MT_POSITION_Y, ABS_MT_TRACKING_ID = 0x2F, 0x35, 0x36, 0x39
BTN_TOUCH = 0x14A
INPUT_PROP_DIRECT = 1
SW_HEADPHONE_INSERT = 2
MSC_SCAN = 4
UP, DOWN, REPEAT = 0, 1, 2

RESOLUTION = 32767  # both axes, as most resistive and infrared panels have
SLOTS, IDS = 10, 65535
PRESSED = 0.06  # seconds that a finger stays
BETWEEN = 0.08  # seconds between the two of a double touch

# HID usages of the number pad's page 07, which come as MSC_SCAN before each key.
SCAN = {name: 0x70059 + number for number, name in enumerate(f"KP{n}" for n in range(1, 10))} | {
    "KP0": 0x70062, "KPDOT": 0x70063, "KPENTER": 0x70058, "KPPLUS": 0x70057, "KPMINUS": 0x70056,
    "KPASTERISK": 0x70055, "KPSLASH": 0x70054, "NUMLOCK": 0x70053, "BACKSPACE": 0x7002A, "ESC": 0x70029,
}  # fmt: skip

PAD_CODES = {EV_KEY: tuple(CODES.values()), EV_MSC: (MSC_SCAN,), EV_REP: (0, 1)}
PANEL_AXES = {
    ABS_X: RESOLUTION, ABS_Y: RESOLUTION, ABS_MT_SLOT: SLOTS - 1,
    ABS_MT_POSITION_X: RESOLUTION, ABS_MT_POSITION_Y: RESOLUTION, ABS_MT_TRACKING_ID: IDS,
}  # fmt: skip
WEDGE_CODES = {EV_KEY: (*layout.PLAIN, layout.ENTER, *layout.SHIFTS), EV_MSC: (MSC_SCAN,), EV_REP: (0, 1)}
JACK_CODES = {EV_SW: (SW_HEADPHONE_INSERT,)}
PANEL_CODES = {EV_KEY: (BTN_TOUCH,), EV_ABS: tuple(PANEL_AXES)}

Event = tuple[int, int, int]


class EvdevDevice:
    """`kind` is "pad", "touch", "wedge" or "jack"; `width` and `height` are the pixels under a touch panel."""

    def __init__(
        self,
        name: str,
        out: Path | None = None,
        *,
        kind: str = "pad",
        width: str | int = 1080,
        height: str | int = 1920,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if kind not in ("pad", "touch", "wedge", "jack"):
            raise ValueError("kind is pad, touch, wedge or jack")
        self.name = name
        self.kind = kind
        self.width, self.height = int(width), int(height)
        self.clock = clock
        self.events: list[dict[str, Any]] = []
        self.testbed = shared()
        phys = f"usb-0000:00:14.0-{name}/input0"
        if kind == "pad":
            what = Description(f"{name} number pad", phys, 0x0C45, 0x7663, PAD_CODES, {})
        elif kind == "jack":
            what = Description(f"{name} Headphone", "ALSA", 0, 0, JACK_CODES, {}, udev="ID_INPUT_SWITCH")
        elif kind == "wedge":
            what = Description(f"{name} scanner", phys, 0x1EAB, 0x1D03, WEDGE_CODES, {})
        else:
            what = Description(
                f"{name} touch panel", phys, 0x0EEF, 0x0001, PANEL_CODES, PANEL_AXES,
                (INPUT_PROP_DIRECT,), "ID_INPUT_TOUCHSCREEN",
            )  # fmt: skip
        self.node = self.testbed.add(what)
        self.later: deque[tuple[float, list[Event]]] = deque()
        self.contact = 0

    def url(self) -> str:
        """What a driver opens, in a process that runs with `env()`."""
        return f"evdev:{self.node.path}"

    def env(self) -> dict[str, str]:
        return self.testbed.env()

    def receive(self, data: bytes) -> bytes:
        return b""

    def poll(self) -> bytes:
        now = self.clock()
        while self.later and self.later[0][0] <= now:
            self.node.send(*self.later.popleft()[1])
        return b""

    def do(self, action: str, **args: Any) -> Any:
        match self.kind, action:
            case "pad", "press" | "hold":
                key = str(args.get("key", "KPENTER"))
                if key not in CODES:
                    raise ValueError(f"no key {key!r}; there are {', '.join(CODES)}")
                self._press(key, repeats=int(args.get("repeats", 5)) if action == "hold" else 0)
                self.events.append({"event": "pressed", "key": key})
            case "wedge", "scan":
                self._scan(str(args["text"]))
                self.events.append({"event": "scanned"})
            case "jack", "insert" | "remove":
                self.later.append((self._free(), [(EV_SW, SW_HEADPHONE_INSERT, int(action == "insert"))]))
                self.events.append({"event": action})
            case "touch", "touch":
                self._touch((float(args["x"]), float(args["y"])), seconds=float(args.get("seconds", PRESSED)))
            case "touch", "double_touch":
                self._touch((float(args["x"]), float(args["y"])), times=2)
            case "touch", "two_fingers":
                first, second = (float(args["x"]), float(args["y"])), (float(args["x2"]), float(args["y2"]))
                self._touch(first, second)
            case _, "plug":
                self.plug()
            case _, "unplug":
                self.unplug()
            case _, "is_read":
                return self.node.is_read()
            case _:
                raise ValueError(f"a {self.kind} cannot {action!r}")
        self.poll()
        return None

    def plug(self) -> None:
        """Put it into its USB port (again)."""
        self.node.plug()

    def unplug(self) -> None:
        """Pull it out."""
        self.later.clear()
        self.node.unplug()

    def close(self) -> None:
        """Pull it out for good; the testbed itself ends with the process."""
        self.unplug()

    def _press(self, key: str, repeats: int) -> None:
        at = self._free()
        scan = (EV_MSC, MSC_SCAN, SCAN[key])
        self.later.append((at, [scan, (EV_KEY, CODES[key], DOWN)]))
        for number in range(repeats):
            self.later.append((at + 0.25 + number / 30, [(EV_KEY, CODES[key], REPEAT)]))
        end = at + (0.25 + repeats / 30 if repeats else PRESSED)
        self.later.append((end, [scan, (EV_KEY, CODES[key], UP)]))

    def _scan(self, text: str) -> None:
        """All at once, as fast as USB carries it; the code itself is noted nowhere."""
        at = self._free()
        for character in text:
            if character not in layout.KEYS:
                raise ValueError(f"a wedge on the US layout cannot type {character!r}")
            code, shift = layout.KEYS[character]
            around = [(EV_KEY, layout.SHIFTS[0], DOWN)] if shift else []
            self.later.append((at, [*around, (EV_KEY, code, DOWN)]))
            self.later.append((at, [(EV_KEY, code, UP), *((kind, key, UP) for kind, key, _ in around)]))
        self.later.append((at, [(EV_KEY, layout.ENTER, DOWN)]))
        self.later.append((at, [(EV_KEY, layout.ENTER, UP)]))

    def _touch(self, *fingers: tuple[float, float], times: int = 1, seconds: float = PRESSED) -> None:
        at = self._free()
        for _ in range(times):
            self.later.append((at, self._down(fingers)))
            self.later.append((at + seconds, self._up(len(fingers))))
            at += seconds + BETWEEN
        self.events.append({"event": "touched", "x": fingers[0][0], "y": fingers[0][1], "times": times})

    def _down(self, fingers: tuple[tuple[float, float], ...]) -> list[Event]:
        events: list[Event] = []
        for slot, finger in enumerate(fingers):
            x, y = self._raw(*finger)
            self.contact = (self.contact + 1) % IDS
            events += [
                (EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_TRACKING_ID, self.contact),
                (EV_ABS, ABS_MT_POSITION_X, x), (EV_ABS, ABS_MT_POSITION_Y, y),
            ]  # fmt: skip
        x, y = self._raw(*fingers[0])
        return [*events, (EV_KEY, BTN_TOUCH, DOWN), (EV_ABS, ABS_X, x), (EV_ABS, ABS_Y, y)]

    def _up(self, fingers: int) -> list[Event]:
        events: list[Event] = []
        for slot in range(fingers):
            events += [(EV_ABS, ABS_MT_SLOT, slot), (EV_ABS, ABS_MT_TRACKING_ID, -1)]
        return [*events, (EV_KEY, BTN_TOUCH, UP)]

    def _raw(self, x: float, y: float) -> tuple[int, int]:
        if not (0 <= x <= self.width and 0 <= y <= self.height):
            raise ValueError(f"({x:g}, {y:g}) is not on the glass of {self.width} x {self.height}")
        return round(x / self.width * RESOLUTION), round(y / self.height * RESOLUTION)

    def _free(self) -> float:
        """The moment when the finger is free again."""
        last = self.later[-1][0] + BETWEEN if self.later else 0.0
        return max(self.clock(), last)
