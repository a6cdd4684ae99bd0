"""What somebody did in Xero to a shipment's document, as the API answers it. New fields may come; none is renamed."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from mappers.model import ShipmentLog

_AMOUNT = r"^-?[0-9]+(\.[0-9]+)?$"


class LoggedState(BaseModel):
    """A document at one moment; what is not known is absent."""

    xero_status: str
    number: str
    sub_total: str = Field(default="", pattern=_AMOUNT)
    total_tax: str = Field(default="", pattern=_AMOUNT)
    total: str = Field(default="", pattern=_AMOUNT)
    amount_paid: str = Field(default="", pattern=_AMOUNT)
    amount_credited: str = Field(default="", pattern=_AMOUNT)
    sent_to_contact: bool = Field(default=False)


class LoggedChangedDocument(BaseModel):
    """Which document it is; all amounts are in its currency."""

    type: Literal["invoice", "quote"]
    number: str
    xero_id: str
    currency: str
    url: str


class LoggedChange(BaseModel):
    """What somebody did; new kinds of `change` may come. Times are RFC 3339, in UTC."""

    outcome_id: str
    event_type: Literal["accounting.document_changed"]
    schema_version: Literal[1]
    occurred_at: str
    company_id: str
    shipment_id: str
    change: str
    document: LoggedChangedDocument
    before: LoggedState
    after: LoggedState
    updated_at: str = Field(default="", description="Absent where Xero did not say when.")


def changes_of(log: ShipmentLog) -> dict[str, Any]:
    """The changes as part of an answer; absent where nobody did anything."""
    return {"changes": [each.change for each in log.changes]} if log.changes else {}
