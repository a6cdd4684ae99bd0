"""The models of xero-python that we fill in, and the exact bytes of one: its own serialiser goes through float."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import orjson
from xero_python.accounting import (
    Contact,
    HistoryRecord,
    HistoryRecords,
    Invoice,
    Invoices,
    LineAmountTypes,
    LineItem,
    LineItemTracking,
    Quote,
    QuoteLineAmountTypes,
    Quotes,
    QuoteStatusCodes,
)
from xero_python.models import BaseModel

from xero_client.json_codec import digits

__all__ = [
    "Contact",
    "HistoryRecord",
    "HistoryRecords",
    "Invoice",
    "Invoices",
    "LineAmountTypes",
    "LineItem",
    "LineItemTracking",
    "Quote",
    "QuoteLineAmountTypes",
    "QuoteStatusCodes",
    "Quotes",
    "write_model",
]

NEVER_SENT: Final = frozenset({"has_errors", "has_attachments", "has_validation_errors"})
"""Flags that are false by default in the SDK's models, and are Xero's to set, not ours."""


def write_model(model: BaseModel) -> bytes:
    """The exact bytes of a model: keys sorted, numbers by their digits, dates as YYYY-MM-DD."""
    return orjson.dumps(_fields_of(model), default=_plain, option=orjson.OPT_SORT_KEYS)


def _fields_of(model: BaseModel) -> dict[str, Any]:
    sent = (name for name in model.openapi_types if name not in NEVER_SENT)
    names: Mapping[str, str] = model.attribute_map
    return {names[name]: value for name in sent if (value := getattr(model, name)) is not None}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return orjson.Fragment(digits(value))
    if isinstance(value, BaseModel):
        return _fields_of(value)
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no exact form in JSON")
