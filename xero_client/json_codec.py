"""JSON without float, both ways: numbers go out with exactly the digits they have, and come in as Decimal."""

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final, NoReturn

import orjson
from xero_python.models import BaseModel

NEVER_SAID: Final = frozenset({"has_errors", "has_attachments", "has_validation_errors"})
"""Fields that are false by default in the SDK's models, and mean nothing in a request."""


class UnreadableError(ValueError):
    """The bytes are not one JSON object that we are willing to read."""


def read_object(body: bytes) -> dict[str, Any]:
    """One JSON object. Numbers with a point or an exponent become Decimal; NaN and Infinity are refused.

    Raises UnreadableError for anything else: not UTF-8, cut, nested beyond Python's stack, an array, HTML.
    """
    try:
        value = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"Not readable as JSON: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise UnreadableError("Not a JSON object")
    return value


def write_model(model: BaseModel) -> bytes:
    """The exact bytes of a model of xero-python: keys sorted, numbers by their digits, dates as YYYY-MM-DD.

    The SDK's own serialiser goes through float, and adds flags that are Xero's to say, not ours (`NEVER_SAID`).
    """
    return orjson.dumps(_fields_of(model), default=_plain, option=orjson.OPT_SORT_KEYS)


def digits(number: Decimal) -> str:
    """A finite number in plain notation: no exponent, no trailing zeros, no minus before zero. Never rounds."""
    if not number.is_finite():
        raise ValueError(f"{number} cannot be written as a JSON number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _fields_of(model: BaseModel) -> dict[str, Any]:
    said = (name for name in model.openapi_types if name not in NEVER_SAID)
    names: Mapping[str, str] = model.attribute_map
    return {names[name]: value for name in said if (value := getattr(model, name)) is not None}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(digits(value))
    if isinstance(value, BaseModel):
        return _fields_of(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")
