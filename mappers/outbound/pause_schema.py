"""The schema of accounting.company-pauses.v1, made from the model of a pause."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from mappers.model import CompanyPause
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    CompanyPause: {
        "company_id": {"description": "The company's id in the profile: the record's key."},
        "paused": {"description": "Whether its requests wait from now on, or go on."},
        "by": {"description": "Who said so, as far as that is known."},
        "at": {"description": "When, by the clock of the worker that was told."},
        "reason": {"description": "Why, in their words."},
    },
}


def company_pause_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": "urn:shipledger:schema:company-pause:1",
        "title": "Company pause",
        "description": (
            "Value of accounting.company-pauses.v1, compacted, key: the company. The newest says whether it is paused. "
            "Read it to watch; to pause or resume a company, ask the API or `shipledger pause`. New fields may "
            "come; none is renamed."
        ),
        **wire_schema(CompanyPause, _DETAILS),
    }
