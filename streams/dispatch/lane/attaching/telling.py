"""How a shipment's files stand is told where it is news: all of them, in place of what was told before."""

from collections.abc import Iterator
from datetime import datetime

from mappers.model import AttachmentStatus, DocumentAttachments, ReportedAttachment, attachments_id
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import AttachmentWork, LedgerUpdate, RowKey


def tell(
    update: LedgerUpdate,
    metrics: DispatchMetrics,
    key: RowKey,
    before: AttachmentWork,
    work: AttachmentWork,
    now: datetime,
) -> None:
    """Add the event to the update, and count what is news. What is over is told in any case, and once."""
    news = [each for each, was in zip(work.files, before.files, strict=True) if each.report != was.report]
    if work.is_over:
        news += [each for each in work.files if each.wanted is None]
    elif not news:
        return
    for each in news:
        if each.report is not None:
            metrics.attachment(each.report.status)
    told = tuple(_reports(work))
    update.tells_files(
        DocumentAttachments(
            outcome_id=attachments_id(work.request_id, work.document.xero_id, told),
            occurred_at=now,
            company_id=key.company_id,
            shipment_id=key.shipment_id,
            request_id=work.request_id,
            document=work.document,
            attachments=told,
        )
    )


def _reports(work: AttachmentWork) -> Iterator[ReportedAttachment]:
    """One that nothing is known of yet waits."""
    for each in work.files:
        if each.report is not None:
            yield each.report
        elif each.wanted is not None:
            yield ReportedAttachment(name=each.wanted.name, status=AttachmentStatus.WAITING)
