"""The report in another language: this room has no catalogue, another program tells it.

`python -m config words en` prints every sentence of the product with its translation.
"""

from __future__ import annotations

import json

from drivers.doctor.devices import hall_says
from drivers.words import Into

CHINESE = "zh"


def into(language: str) -> Into:
    """What turns a sentence into this language. Raises Unfit when there is no such language."""
    if language == CHINESE:
        return str
    translated: dict[str, str] = json.loads(hall_says("words", language))
    return lambda sentence: translated.get(sentence, sentence)
