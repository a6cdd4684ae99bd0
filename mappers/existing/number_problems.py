"""Why a document number cannot be used for a shipment."""

from collections.abc import Sequence

from mappers.model import Code, Document, ExistingDocument, Problem


def held_by_other_shipment(document: Document, holder: str) -> Problem:
    """`holder` (company/shipment) has, or is about to have, the document of this number."""
    return Problem(
        code=Code.NUMBER_OF_OTHER_SHIPMENT,
        field="number",
        value=document.number,
        message=f"The number {document.number} is already used by shipment {holder}.",
        hint="Shipping corrects the number in one of the two shipments, then Sync Now.",
    )


def number_ambiguous(document: Document, candidates: Sequence[ExistingDocument]) -> Problem:
    """Several live documents carry the number."""
    ids = ", ".join(each.xero_id for each in candidates)
    return Problem(
        code=Code.NUMBER_AMBIGUOUS,
        field="number",
        value=document.number,
        message=f"Xero has {len(candidates)} documents with the number {document.number}: {ids}.",
        hint="Accounting deletes or renumbers all but one of them in Xero, then Sync Now.",
    )


def document_gone(document: Document) -> Problem:
    """Xero says the number or the id exists, yet does not show the document."""
    return Problem(
        code=Code.DOCUMENT_GONE,
        field="number",
        value=document.number,
        message=f"Xero no longer shows the {document.type} {document.number} of this shipment.",
        hint="Accounting looks for the document in Xero (voided, deleted, or merged away) and gives the shipment a new "
        "number if it is lost; then Sync Now.",
    )


def undecided(document: Document, seen: str) -> Problem:
    """Looked up, planned and written again and again, and Xero showed something else each time."""
    return Problem(
        code=Code.UNDECIDED,
        field="number",
        value=document.number,
        message=f"{document.type.value.capitalize()} {document.number} could not be brought to a result in several "
        f"rounds; seen last: {seen}",
        hint="Accounting looks at the document in Xero: something else changes it, or its number, at the same time; "
        "then Sync Now.",
    )


def number_used_up(document: Document) -> Problem:
    """The number and every suffix that was tried are voided or deleted."""
    return Problem(
        code=Code.DOCUMENT_VOIDED,
        field="number",
        value=document.number,
        message=f"The number {document.number} and its suffixes are used up by voided or deleted documents.",
        hint="Shipping gives the shipment another number, then Sync Now.",
    )
