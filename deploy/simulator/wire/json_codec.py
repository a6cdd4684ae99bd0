"""JSON whose numbers keep every digit: read as `Decimal`, written as plain JSON numbers."""

import json
from collections.abc import Callable
from decimal import Decimal
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

JsonObject = dict[str, Any]


def loads(text: str | bytes) -> Any:
    """Read JSON; fractions become `Decimal`, whole numbers `int`. Raises `ValueError` for anything else than JSON."""
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def dumps(value: Any) -> str:
    """Write JSON; a `Decimal` becomes a number without an exponent, digit by digit as it is."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def encode(value: Any) -> bytes:
    return dumps(value).encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _write(value: Any, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(quoted(value))
    elif isinstance(value, Decimal):
        put(format(value, "f"))
    elif isinstance(value, dict):
        _write_object(value, put)
    elif isinstance(value, (list, tuple)):
        _write_array(value, put)
    else:
        put(json.dumps(value))


def _write_object(value: JsonObject, put: Callable[[str], None]) -> None:
    separator = "{"
    for key, member in value.items():
        put(f"{separator}{quoted(key)}:")
        _write(member, put)
        separator = ","
    put("{}" if separator == "{" else "}")


def _write_array(value: list[Any] | tuple[Any, ...], put: Callable[[str], None]) -> None:
    put("[")
    for index, member in enumerate(value):
        if index:
            put(",")
        _write(member, put)
    put("]")
