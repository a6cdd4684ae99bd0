"""Where the simulator's identifiers come from: one seeded source, so that a run can be repeated."""

import random
import uuid
from typing import TypeVar

_T = TypeVar("_T")
ZERO = "00000000-0000-0000-0000-000000000000"


def guid(text: str) -> str:
    """An id as it is kept, however it was written: in capitals, without dashes. What is no id stays as it is."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text.lower()


class Ids:
    """Identifiers and the few random choices of one simulator."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def uuid(self) -> str:
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))

    def secret(self) -> str:
        """48 hexadecimal characters for tokens and authorisation codes."""
        return f"{self._source.getrandbits(192):048x}"

    def shuffled(self, values: list[_T]) -> list[_T]:
        copy = list(values)
        self._source.shuffle(copy)
        return copy
