"""Documents that Xero said something happened to: the worker that has their organisation should look at them.

Such a record goes the way of sync requests, by the organisation, so it comes to whoever owns its ledger. It says
nothing of what happened: that is read from Xero. One that is lost, or comes twice, changes when a document is looked at
and nothing else.
"""

from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

COMMAND_HEADER: Final = "shipledger.command"
"""The header by which a record that asks something of a ledger's owner is told from a sync request."""
LOOK_AT: Final = "look_at"
LOOKS_AT_MOST: Final = 200
"""Documents in one record: some 20 kB."""


class NoticedDocument(BaseModel):
    """An invoice, by its Xero id, and when something happened to it; None where Xero did not say so legibly."""

    model_config = ConfigDict(frozen=True)

    xero_id: str = Field(max_length=100)
    at: AwareDatetime | None = None


class LookAt(BaseModel):
    """Invoices of one organisation."""

    model_config = ConfigDict(frozen=True)

    command: Literal["look_at"] = "look_at"
    schema_version: Literal[1] = 1
    organisation: str
    invoices: tuple[NoticedDocument, ...] = Field(max_length=LOOKS_AT_MOST)
