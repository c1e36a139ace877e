"""What a day's events must not show, written without a look at the code that made them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from caller.messages import CallDelivered, Event, TicketCalled

LIVES = timedelta(seconds=60)
SILENCE = timedelta(seconds=40)  # the example hall's rule for who has a pager


def faults(told: Iterable[Event], pagers: dict[str, int | None], sounds: Sequence[str]) -> list[str]:
    """Every breach. `pagers` by ticket, `sounds` are the calls whose sound was played in one zone, in order."""
    calls: dict[str, TicketCalled] = {}
    reports: dict[str, list[CallDelivered]] = defaultdict(list)
    for event in told:
        if isinstance(event, TicketCalled):
            calls[event.call] = event
        elif isinstance(event, CallDelivered):
            reports[event.call].append(event)
    found = [f"{name}: heard {sounds.count(name)} times" for name in set(sounds) if sounds.count(name) > 1]
    found += [f"{name}: heard, and never called" for name in sounds if name not in calls]
    for name, call in calls.items():
        said = reports[name]
        failed = [r for r in said if r.result in ("failed", "expired")]
        good = [r for r in said if r.result not in ("failed", "expired")]
        if len({r.channel for r in good}) < 2 and not failed:
            found.append(f"{name}: reached {[r.channel for r in good]}, and nobody was told")
        spoken = [r for r in good if r.channel == "voice"]
        if len(spoken) > 1:
            found.append(f"{name}: said to be spoken {len(spoken)} times")
        if bool(spoken) != (name in sounds):
            found.append(f"{name}: spoken {bool(spoken)}, heard {name in sounds}")
        found += [f"{name}: {r.channel} {r.at - call.at} late" for r in good if _late(r, call.at)]
        if pagers.get(call.ticket) is not None and spoken and spoken[0].at - call.at < SILENCE:
            before = said[: said.index(spoken[0])]
            if not any(r.channel == "pager" and r in failed for r in before):
                found.append(f"{name}: a sound before its escalation")
    smooth = [
        n for n in sounds if n in calls and not _trouble(reports[n]) and not pagers.get(calls[n].ticket)
    ]
    order = [n for n in calls if n in set(smooth)]
    if smooth != order:
        found.append("heard in another order than called")
    return found


def _late(report: CallDelivered, called: datetime) -> bool:
    return report.channel in ("voice", "pager") and report.at - called > LIVES


def _trouble(said: Iterable[CallDelivered]) -> bool:
    return any(r.channel == "voice" and r.result in ("failed", "expired") for r in said)
