"""Whatever carries a silent call, it is asked for in the same way: page one pager, or say whether it is there."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from drivers.pager.boxes import JtechBox, LrsBox, WaveWareBox
from drivers.pager.driver import TapTerminal
from drivers.pager.radio import PocsagTransmitter
from drivers.pager.receipt import Receipt
from drivers.pager.rumble import RumblePager
from drivers.pager.webhook import Webhook


class PagerGateway(Protocol):
    """A context manager: entering opens the far end or raises DeviceLost. One worker owns it."""

    name: str
    url: str

    def page(self, address: str, text: str, once: str = "") -> Receipt:
        """Call the pager at `address` (digits). `once` names the call, where the wire can tell it twice from once.

        ValueError for what the wire cannot carry, DeviceLost when nobody knows whether the page went out.
        """

    def check(self) -> None:
        """Hear whether the far end is still there, and be ready again if it hung up. Raises DeviceLost."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...


KINDS: dict[str, Callable[..., PagerGateway]] = {
    "tap": TapTerminal,
    "pocsag": PocsagTransmitter,
    "jtech": JtechBox,
    "waveware": WaveWareBox,
    "lrs": LrsBox,
    "rumble": RumblePager,
    "webhook": Webhook,
}


def open_gateway(kind: str, name: str, url: str, **options: Any) -> PagerGateway:
    """The gateway of this kind, not yet entered. `options` are its constructor's, as hall.toml spells them.

    ValueError for an unknown kind, an option that it does not have, or a value that cannot be.
    """
    if kind not in KINDS:
        raise ValueError(f"no pager terminal called {kind!r}; there are {', '.join(KINDS)}")
    try:
        return KINDS[kind](name, url, **options)
    except (TypeError, KeyError) as error:
        raise ValueError(f"{kind} {name}: {error}") from error
