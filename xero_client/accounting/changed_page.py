"""A page of documents that changed, and where it stands in time."""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from mappers.model import DocumentType, ExistingDocument
from xero_client.accounting.decode import PLURAL
from xero_client.accounting.requests import CHANGED_PAGE
from xero_client.errors import UnavailableError
from xero_client.json_codec import moment_of, number_of, object_of, rows_of
from xero_client.port import ChangedPage


def changed_page(
    kind: DocumentType,
    reply: Mapping[str, Any],
    page: int,
    documents: tuple[ExistingDocument, ...],
    began: datetime,
) -> ChangedPage:
    """The page. An empty reply is Xero's 304: nothing changed. Raises UnavailableError for one that has no list."""
    if reply and not isinstance(reply.get(PLURAL[kind]), list):
        # Taken for an empty list it would have us never look at this time again.
        raise UnavailableError(f"Xero's reply has no {PLURAL[kind]}")
    rows = rows_of(reply.get(PLURAL[kind]))
    times = [moment_of(each.get("UpdatedDateUTC")) for each in rows]
    known = [each for each in times if each is not None]
    return ChangedPage(
        documents=documents,
        newest=max(known, default=None),
        in_order=len(known) == len(times) and all(one <= other for one, other in pairwise(known)),
        is_last=_is_last(reply, page, len(rows)),
        asked_at=min(moment_of(reply.get("DateTimeUTC")) or began, began),
    )


def _is_last(reply: Mapping[str, Any], page: int, shown: int) -> bool:
    """As the reply says, else (quotes say nothing) where the page is not full."""
    pages = number_of(object_of(reply.get("pagination")).get("pageCount"))
    return page >= pages if pages is not None else shown < CHANGED_PAGE
