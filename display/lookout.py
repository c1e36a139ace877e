"""A call that did not get through raises its alarm once, whichever of the hall's processes sees it first.

The signs' process and the voice's both look out, so that neither dies unnoticed; the caller takes the alarm once.
"""

from __future__ import annotations

from caller.messages import CallsState, EmergencyState
from display import policy
from display.line import Line, Said


class Lookout:
    """Watches every call of the hall; nobody is called while the hall is being left, and no alarm is raised."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._calls = CallsState(version=0, calls=())
        self._raised: set[str] = set()
        self._leaving = False

    def see(self, said: Said) -> None:
        match said:
            case CallsState():
                self._calls = said
                self._raised &= {call.id for call in said.calls}
            case EmergencyState(on=on):
                self._leaving = on
            case _:
                return

    def look(self) -> None:
        if self._leaving:
            return
        now = self.line.now()
        for call in self._calls.calls:
            if call.id not in self._raised and policy.alarm(call, self.line.hall, now):
                self._raised.add(call.id)
                self.line.alarm(call.id)
