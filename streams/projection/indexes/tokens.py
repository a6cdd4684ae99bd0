"""The ids that a shipment is searched by, and how they are compared."""

import re
from typing import Final

from mappers.model import normalise

LONGEST: Final = 100
"""Characters of an id that are searched: what is longer is found by its beginning."""

_BLANKS: Final = re.compile(r"[\s\0]+")


def token(text: str) -> str:
    """As an id is compared: its letters' case and the kind of its blanks do not matter. It has no line breaks."""
    return _BLANKS.sub(" ", normalise(text).casefold())[:LONGEST]


def words_of(*ids: str | None) -> str:
    """What a shipment with these ids is found by, one a line, each once."""
    return "\n".join(dict.fromkeys(token(each) for each in ids if each))
