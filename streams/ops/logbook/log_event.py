"""What the catalogue says of a kind of line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LogEvent:
    """A kind of line. `fields` are those beside `event`, `level`, `logger` and `timestamp`; not each line has all."""

    level: str
    meaning: str
    fields: tuple[str, ...] = ()
