"""Files that a document lacks, as causes: cards of the Attention page."""

from collections.abc import Iterator, Mapping
from typing import Any

from mappers.model import Cause, Code, Status

_PREFIX = "attachment"


def attachment_cause(code: str) -> Cause:
    """The cause under which shipments stand whose document lacks a file for that."""
    return Cause(Status.PROCESSED.value, code)


def is_of_attachments(cause: Cause) -> bool:
    """Whether it is one of these, of whatever version."""
    return cause.code.startswith(_PREFIX)


def lacking(event: Mapping[str, Any]) -> Iterator[tuple[Cause, Mapping[str, Any]]]:
    """The causes that an event names, each with its problem. Where the document itself is gone, nothing lacks a file.

    What waits and was not tried yet has no problem.
    """
    for each in event["attachments"]:
        problem = each.get("problem")
        if problem and problem["code"] != Code.ATTACHMENT_DOCUMENT_GONE:
            yield attachment_cause(problem["code"]), problem
