"""The ids that a shipment is searched by, and how they are compared."""

import re
from typing import Final

from mappers.model import normalise
from streams.projection.indexes.line_row import LineRow

LONGEST: Final = 100
"""Characters of an id that are searched: what is longer is found by its beginning."""

# Where the tuple of a document has its number.
_NUMBER: Final = 1
_BLANKS: Final = re.compile(r"\s+")


def token(text: str) -> str:
    """As an id is compared: its letters' case and the kind of its blanks do not matter."""
    return _BLANKS.sub(" ", normalise(text).casefold())[:LONGEST]


def tokens_of(shipment_id: str, row: LineRow) -> tuple[str, ...]:
    """Everything that the shipment is found by, each once."""
    ids: list[str | None] = [shipment_id]
    if row.change is not None:
        change = row.change
        ids += [change.shipment_number, change.exporter_reference, change.invoice_number]
        ids += [change.buyer_code, change.consignee_code]
    if row.log is not None:
        ids += [row.log.document[_NUMBER] if row.log.document is not None else None, *row.log.requests]
    return tuple(dict.fromkeys(token(each) for each in ids if each))
