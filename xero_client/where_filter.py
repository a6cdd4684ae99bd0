"""Xero's filter language for the query parameter `where` (developer.xero.com, "Requests and responses")."""

from typing import Final

UNSPEAKABLE: Final = frozenset('"\\')
"""A quotation mark ends the text however it is written (XeroAPI/Xero-Java issue 347); of a backslash nobody knows."""


def is_filterable(value: str) -> bool:
    """Whether a filter can name this text."""
    return UNSPEAKABLE.isdisjoint(value)


def equals(field: str, value: str) -> str:
    """The filter that a field has exactly this text. Raises ValueError where none can: ask in another way."""
    if not is_filterable(value):
        raise ValueError(f"no filter can name the text {value!r}")
    return f'{field}=="{value}"'
