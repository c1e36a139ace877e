"""Every screen has a number: a tap that was meant for the last one is dropped, and a new one has time of its own."""

from __future__ import annotations

from dataclasses import replace

from kiosk.steps import Event, Session, Touched


def follow(before: Session, after: Session, event: Event) -> Session:
    """What follows from the event, with the number of its screen."""
    if after.page is not before.page:
        after = replace(after, unresolved=False, slow=False)
    if _screen(after) != _screen(before):
        return replace(after, sheet=0, scene=before.scene + 1, shown_at=event.at)
    if _part(after) != _part(before) or (isinstance(event, Touched) and after.need != before.need):
        return replace(after, scene=before.scene + 1)
    return after


def _screen(session: Session) -> tuple[object, ...]:
    return (
        session.page, session.group, session.service, session.theme, session.low, session.arrival.person,
        session.arrival.misread, session.arrival.young,
    )  # fmt: skip


def _part(session: Session) -> tuple[object, ...]:
    """Another part of the same screen, whose time goes on."""
    return session.sheet, session.unresolved, session.slow
