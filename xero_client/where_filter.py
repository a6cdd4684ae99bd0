"""Xero's filter language for the query parameter `where` (developer.xero.com, "Requests and responses")."""

import re


def equals(field: str, value: str) -> str:
    """The filter that a field has exactly this text."""
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'{field}=="{escaped}"'
