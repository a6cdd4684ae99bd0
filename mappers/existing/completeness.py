"""Whether a reply of Xero's shows enough of a document to be judged by it."""

from mappers.model import Document, DocumentLine, ExistingDocument, ExistingLine, LineAmounts


def shows_enough(document: Document, existing: ExistingDocument) -> bool:
    """Whether nothing that was sent and that money or a later comparison hangs on is left out of what Xero shows.

    What is shown otherwise than it was sent is not looked at here: that is a difference, not a gap. Account and tax
    type are not asked for: Xero drops those of lines of 0.00.
    """
    amount = existing.sub_total if document.line_amounts is LineAmounts.EXCLUSIVE else existing.total
    head = (amount, existing.contact_id, existing.date, existing.currency)
    has_lines = existing.has_lines and len(existing.lines) == len(document.lines)
    return (
        all(each is not None for each in head)
        and has_lines
        and all(_shows_line(ours, theirs) for ours, theirs in zip(document.lines, existing.lines, strict=True))
    )


def _shows_line(ours: DocumentLine, theirs: ExistingLine) -> bool:
    pairs = (
        (ours.item_code, theirs.item_code),
        (ours.description, theirs.description),
        (ours.quantity, theirs.quantity),
        (ours.unit_amount, theirs.unit_amount),
    )
    return all(sent is None or shown is not None for sent, shown in pairs)
