"""What stands beside the glass: a pad and a voice for those who cannot use it, what reads, and whoever knows the
cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from caller.messages import Status
from kiosk.ear import Ear
from kiosk.enquiring import Enquiries
from kiosk.headphones import Headphones
from kiosk.pad import ArrowPad
from kiosk.readers import Readers
from kiosk.steps import Event


@dataclass(frozen=True)
class Beside:
    pad: ArrowPad
    ear: Ear
    enquiries: Enquiries
    readers: Readers
    headphones: Headphones

    def said(self) -> Iterator[Event]:
        """What came in from there since the last look."""
        while not self.enquiries.said.empty():
            yield self.enquiries.said.get_nowait()
        while not self.readers.said.empty():
            yield self.readers.said.get_nowait()

    def health(self) -> Iterator[tuple[str, Status]]:
        """What has changed of the readers since the last look: a name under status/, and how it is."""
        while not self.readers.health.empty():
            yield self.readers.health.get_nowait()
