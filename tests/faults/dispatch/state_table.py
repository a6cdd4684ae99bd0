"""The documents' matrix by hand: what a changed shipment does to a document in Xero, by its state and whose it is.

From the design (§4, steps 3 and 4) and Xero's pages "Invoices" (editing) and "Quotes": not from a run of the code.
"""

from dataclasses import dataclass
from typing import Any, Final

from mappers.model.company import DocumentType

# What stands in Xero before the shipment's newest revision comes:
COLUMNS: Final = {
    "ours": "made from the shipment's first revision",
    "edited": "the same, then edited by a person",
    "overwrite": "the same, and the profile says on_hand_edit = overwrite",
    "locked": "made from the first revision; the books are closed up to its date since",
    "forgotten": "made from the first revision, but the ledger's row has expired",
    "person": "made by a person for the same customer",
    "refuse": "the same, and the profile says on_existing = refuse",
    "suffix": "the same, and the profile says on_voided = new_suffix",
    "other": "made by a person for another customer",
    "approve": "made from the first revision, and the profile says on_authorised = update",
}

_INVOICES: Final = """
state       ours      edited    overwrite locked    forgotten person    refuse    suffix    other    approve
none        created   -         -         created   -         -         -         -         -        -
DRAFT       updated   by_hand   updated   updated   updated   updated   exists    updated   taken    updated
SUBMITTED   updated   by_hand   updated   updated   updated   updated   exists    updated   taken    updated
AUTHORISED  approved  approved  approved  locked    approved  approved  exists    approved  taken    updated
part-paid   paid      paid      paid      paid      paid      paid      exists    paid      taken    paid
PAID        paid      paid      paid      paid      paid      paid      exists    paid      taken    paid
VOIDED      voided    voided    voided    voided    voided    voided    voided    suffixed  taken    voided
DELETED     deleted   deleted   deleted   deleted   deleted   deleted   deleted   suffixed  taken    deleted
"""

# Quotes make no journals: no lock holds them. Whether a SENT one may be edited is not documented: it is left alone.
_QUOTES: Final = """
state       ours      edited    overwrite locked    forgotten person    refuse    suffix    other    approve
none        created   -         -         created   -         -         -         -         -        -
DRAFT       updated   by_hand   updated   updated   updated   updated   exists    updated   taken    updated
SENT        closed_q  closed_q  closed_q  closed_q  closed_q  closed_q  exists    closed_q  taken    closed_q
ACCEPTED    closed_q  closed_q  closed_q  closed_q  closed_q  closed_q  exists    closed_q  taken    closed_q
DECLINED    closed_q  closed_q  closed_q  closed_q  closed_q  closed_q  exists    closed_q  taken    closed_q
INVOICED    closed_q  closed_q  closed_q  closed_q  closed_q  closed_q  exists    closed_q  taken    closed_q
DELETED     deleted   deleted   deleted   deleted   deleted   deleted   deleted   suffixed  taken    deleted
"""

# The words of the tables as error codes of the contract; the other words are actions.
REFUSALS: Final = {
    "by_hand": "document_edited_by_hand",
    "approved": "document_authorised",
    "locked": "period_locked",
    "paid": "document_paid",
    "voided": "document_voided",
    "deleted": "document_deleted",
    "exists": "document_exists",
    "taken": "number_taken",
    "closed_q": "document_not_editable",
}
PROFILES: Final[dict[str, dict[str, Any]]] = {
    "overwrite": {"on_hand_edit": "overwrite"},
    "refuse": {"on_existing": "refuse"},
    "suffix": {"on_voided": "new_suffix"},
    "approve": {"on_authorised": "update"},
}


@dataclass(frozen=True)
class Cell:
    """One cell: what is there, whose it is, and what is to be done."""

    kind: DocumentType
    state: str
    whose: str
    expected: str

    def __str__(self) -> str:
        return f"{self.kind}-{self.state}-{self.whose}-{self.expected}"


def cells() -> list[Cell]:
    """Every cell of both tables that can be."""
    return [*_cells(DocumentType.INVOICE, _INVOICES), *_cells(DocumentType.QUOTE, _QUOTES)]


def _cells(kind: DocumentType, table: str) -> list[Cell]:
    header, *rows = (line.split() for line in table.strip().splitlines())
    return [
        Cell(kind, row[0], whose, expected)
        for row in rows
        for whose, expected in zip(header[1:], row[1:], strict=True)
        if expected != "-"
    ]
