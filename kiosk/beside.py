"""What stands beside the glass: a pad and a voice for those who cannot use it, and whoever knows the cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.ear import Ear
from kiosk.enquiring import Enquiries
from kiosk.pad import ArrowPad
from kiosk.steps import Event


@dataclass(frozen=True)
class Beside:
    pad: ArrowPad
    ear: Ear
    enquiries: Enquiries

    def said(self) -> Iterator[Event]:
        """What came in from there since the last look."""
        while not self.enquiries.said.empty():
            yield self.enquiries.said.get_nowait()
