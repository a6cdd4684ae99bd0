"""What is shown of a problem or a cause beside its own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from mappers.model import ShipmentLog, ShownDifference, ShownProblem, Status
from mappers.outbound import drift_cause, drift_message, master_data_url, remedy_for
from streams.projection.causes import differences_in
from streams.projection.place import moment


def shown_problems(
    status: str, problems: Iterable[Mapping[str, Any]], document_url: str | None, short_code: str
) -> tuple[ShownProblem, ...]:
    """The problems of an outcome as a table shows them. What is wrong with a document leads to it."""
    return tuple(
        ShownProblem(
            code=each["code"],
            field=each["field"],
            value=each["value"],
            message=each["message"],
            hint=each["hint"],
            remedy=remedy_for(status, each["code"]),
            xero_url=master_data_url(each["code"], short_code) or document_url,
        )
        for each in problems
    )


def shown_differences(log: ShipmentLog) -> tuple[ShownDifference, ...]:
    """In what the shipment's document differs in Xero, as far as is known."""
    since = {stay.cause: moment(stay.start) for stay in differences_in(log)[0]}
    if log.drift is None or not since:
        return ()
    event = log.drift.event
    causes = [(each, drift_cause(each["kind"])) for each in event["differences"]]
    return tuple(
        ShownDifference(
            code=cause.code,
            message=drift_message(each, event["document"]),
            since=since[cause],
            remedy=remedy_for(cause.status, cause.code),
            xero_url=event["document"]["url"],
            sent_since=_was_sent_after(log, log.drift.offset),
        )
        for each, cause in causes
    )


def _was_sent_after(log: ShipmentLog, offset: int) -> bool:
    done = Status.PROCESSED.value
    return any(each.offset > offset and each.outcome["status"] == done for each in log.entries)
