"""A simulator stands at the far end of a wire: bytes in, bytes out, and physics by name.

It is pure: no socket, no thread, no clock of its own. `drivers.sim.host` gives it a wire (TCP, pty, or a
socket pair behind a `sim:` URL) and a control line (JSON over stdin and stdout).
"""

from __future__ import annotations

from typing import Any, Protocol


class Simulator(Protocol):
    """One simulated device.

    `events` are things that a person in the hall would notice (a line of text shown, a page sent, paper
    cut); the host drains and prints them as JSON lines.
    """

    events: list[dict[str, Any]]

    def receive(self, data: bytes) -> bytes:
        """What the host wrote; returns what the device answers at once."""

    def poll(self) -> bytes:
        """What the device sends by itself since the last call (a key press, an automatic status)."""

    def do(self, action: str, **args: Any) -> Any:
        """Physics: `run_out_of_paper`, `press`, `die`… Unknown actions raise ValueError."""
