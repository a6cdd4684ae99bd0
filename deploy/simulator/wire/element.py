"""Reading one object of a request: types, lengths, and what a wrong type means (the whole call is refused)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from deploy.simulator.wire import dates, money
from deploy.simulator.wire.json_codec import JsonObject
from deploy.simulator.wire.reply import bad_post_data

_T = TypeVar("_T")


@dataclass(frozen=True)
class Element:
    """One JSON object. Absent and null read alike: `None`."""

    row: JsonObject

    def has(self, name: str) -> bool:
        return self.row.get(name) is not None

    def text(self, name: str) -> str | None:
        """A string (a number is taken as its digits, as Xero's reader does)."""
        value = self.row.get(name)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            return str(value)
        if value is not None and not isinstance(value, str):
            raise bad_post_data(f"{name}: {value!r} is not a string")
        return value

    def number(self, name: str) -> Decimal | None:
        return self._read(name, money.number)

    def day(self, name: str) -> date | None:
        return self._read(name, dates.parse_date)

    def flag(self, name: str) -> bool | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, bool):
            raise bad_post_data(f"{name}: {value!r} is not true or false")
        return value

    def rows(self, name: str) -> list[JsonObject] | None:
        """A list of objects."""
        value = self.row.get(name)
        if value is not None and not (isinstance(value, list) and all(isinstance(each, dict) for each in value)):
            raise bad_post_data(f"{name}: a list of objects is expected")
        return value

    def inner(self, name: str) -> JsonObject | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, dict):
            raise bad_post_data(f"{name}: an object is expected")
        return value

    def choice(self, name: str, allowed: dict[str, str]) -> str | None:
        """One of an enumeration; `allowed` maps the case-folded text to Xero's own spelling."""
        text = self.text(name)
        if text is None:
            return None
        if text.casefold() not in allowed:
            raise bad_post_data(f"{name}: {text!r} is not one of {', '.join(allowed.values())}")
        return allowed[text.casefold()]

    def _read(self, name: str, reader: Callable[[Any], _T]) -> _T | None:
        value = self.row.get(name)
        if value is None:
            return None
        try:
            return reader(value)
        except (ValueError, OverflowError) as error:
            raise bad_post_data(f"{name}: {error}") from None


def spellings(*values: str) -> dict[str, str]:
    """An enumeration for `Element.choice`."""
    return {value.casefold(): value for value in values}
