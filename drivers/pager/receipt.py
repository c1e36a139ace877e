"""What became of a page, in the same words for every kind of pager."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Receipt:
    """`accepted` means that the far end has the page, or, where the wire goes one way, that it was sent.

    `said` is what the far end said of it ("211 Page(s) Sent Successfully"), empty where it says nothing.
    """

    pager: str
    accepted: bool
    said: str = ""
