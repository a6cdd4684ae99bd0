"""The body of Send to Accounting: `{"shipments": ["A", …]}`, read strictly."""

from typing import Any, Final

from mappers.inbound import Malformed, decode
from streams.web.problems import ApiError, HttpCode

MOST_SHIPMENTS: Final = 10
LONGEST_BODY: Final = 64 * 1024
LONGEST_ID: Final = 255


def read_shipments(body: bytes) -> tuple[str, ...]:
    """The shipment ids as they were sent, 1 to 10 of them. Raises ApiError: 400 for no JSON, 422 for the rest."""
    try:
        decoded = decode(body, limit=LONGEST_BODY, max_depth=4)
    except Malformed as fault:
        raise ApiError(400, HttpCode.BODY_NOT_JSON, f"The body is not JSON: {fault}.", _HINT) from fault
    shipments = decoded.get("shipments") if isinstance(decoded, dict) else None
    if not isinstance(shipments, list) or not all(_is_id(each) for each in shipments):
        raise ApiError(422, HttpCode.SHIPMENTS_INVALID, "`shipments` has to be a list of shipment ids (texts).", _HINT)
    if unknown := [name for name in decoded if name != "shipments"]:
        raise ApiError(422, HttpCode.UNKNOWN_FIELD, f"The body has the unknown field {unknown[0]!r}.", _HINT)
    if not shipments:
        raise ApiError(422, HttpCode.NO_SHIPMENTS, "No shipment was selected.", "Select 1 to 10 shipments.")
    if len(shipments) > MOST_SHIPMENTS:
        raise ApiError(
            422,
            HttpCode.TOO_MANY_SHIPMENTS,
            f"{len(shipments)} shipments were selected; at most {MOST_SHIPMENTS} can be sent at once.",
            f"Send them in groups of {MOST_SHIPMENTS}.",
        )
    return tuple(shipments)


_HINT: Final = 'Send {"shipments": ["SHP-000123"]} with 1 to 10 shipment ids.'


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID
