"""Ids and numbers: which document they name, and the number of a document that comes without one."""

from dataclasses import replace

from deploy.simulator.books import Document
from deploy.simulator.rules.element_write import ElementWrite, Invalid
from deploy.simulator.rules.header import Shape
from deploy.simulator.wire import not_found


def with_id(write: ElementWrite, shape: Shape, document_id: str) -> Document:
    """The document of this id. Without one a switch says whether the element or the whole call is refused."""
    found = write.organisation.book(shape.kind).by_id.get(document_id)
    if found is not None:
        return found
    if write.switches.unknown_id == "whole_call_404":
        raise not_found()
    raise Invalid([f"The {shape.id_field} {document_id} could not be found."])


def holder(write: ElementWrite, shape: Shape, number: str) -> Document | None:
    """Who holds this number: a living document, else a dead one whose number is not free (by switches)."""
    held = write.organisation.book(shape.kind).numbered(number) if number else []
    binding = [each for each in held if each.type == "ACCREC" and not _is_freed(write, each)]
    return next((each for each in binding if each.alive), binding[-1] if binding else None)


def named(write: ElementWrite, shape: Shape, number: str) -> Document | None:
    """The document that an update by number alone means."""
    if write.switches.post_to_dead_number == "create":
        return holder(write, shape, number)
    return write.organisation.book(shape.kind).holder(number) if number else None


def _is_freed(write: ElementWrite, document: Document) -> bool:
    switches = write.switches
    if document.kind == "quote":
        return document.status == "DELETED" and switches.deleted_quote_number == "frees"
    answers = {"DELETED": switches.deleted_invoice_number, "VOIDED": switches.voided_invoice_number}
    return answers.get(document.status) == "frees"


def keep(write: ElementWrite, shape: Shape, document: Document) -> Document:
    """Keep the document, under the organisation's next number where it has none, and what it does to its contact."""
    if not document.number:
        document = replace(document, number=_next_number(write, shape))
    write.save_contact()
    write.organisation.book(shape.kind).put(document)
    return document


def _next_number(write: ElementWrite, shape: Shape) -> str:
    write.counts.numbers_generated += 1
    organisation = write.organisation
    while True:
        organisation.generated += 1
        number = f"{shape.number_prefix}{organisation.generated:04d}"
        if not organisation.book(shape.kind).numbered(number):
            return number
