"""What a driver tells people is a Chinese sentence that remembers what stands in its places.

This room has no catalogue: the sentences are translated in config/languages like those of every other room, and
whoever shows one can put it into any language that is there. Its `str` is the Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

Into = Callable[[str], str]  # a sentence, or its translation


@dataclass(frozen=True)
class Words:
    """`values` are what the places stand for; those that are words are translated with the sentence, and those that
    are lists are told one after the other."""

    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)

    def format(self, **values: object) -> Words:
        """The same sentence with this in its places."""
        return replace(self, values=values)

    def put(self, into: Into) -> str:
        """The sentence in another language."""
        return into(self.sentence).format_map(
            {name: said(value, into) for name, value in self.values.items()}
        )

    def __str__(self) -> str:
        return self.put(str)

    def __bool__(self) -> bool:
        return bool(self.sentence)


def said(value: object, into: Into) -> object:
    """What is put into a place."""
    match value:
        case Words():
            return value.put(into)
        case BaseException():
            return of(value).put(into)
        case list() | tuple():
            return into("、").join(str(said(each, into)) for each in value)
    return value


def _(sentence: str) -> Words:
    """A sentence for people, as the other rooms write it; the catalogue is asked when somebody reads it."""
    return Words(sentence)


def plain(text: str) -> Words:
    """What somebody else said, told as it is."""
    return Words("{text}", {"text": text})


def of(error: BaseException) -> Words:
    """What an error says."""
    told = error.args[0] if len(error.args) == 1 else None
    return told if isinstance(told, Words) else plain(str(error))


NOTHING = Words("")
