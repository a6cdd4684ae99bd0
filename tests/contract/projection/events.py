"""Arbitrary events of a few shipments of two companies: what the topic of the outcomes tells, and status changes."""

from datetime import timedelta
from typing import Any, Final

from hypothesis import strategies as st

from mappers.existing.attachments import not_found, unreachable
from mappers.model.attachments import AttachmentStatus, DocumentAttachments, ReportedAttachment
from mappers.model.changes import DocumentDrift
from mappers.model.outcome import Status
from mappers.model.shipment_log import Snapshot
from streams.projection.store import Event
from tests.builders import OCCURRED_AT
from tests.outcome_builders import (
    DOCUMENT,
    make_attachments,
    make_drift,
    make_outcome,
    make_snapshot,
    rejected,
    unknown_customer,
    waiting,
)

COMPANIES: Final = ("a", "ab")
SHIPMENTS: Final = ("S1", "S10", "s2", "S 3/ü")
TOLD: Final = (
    *("rejected", "rejected", "out_of_quota", "disconnected", "skipped", "processed"),
    *("files", "files", "differences"),
)
MISSING: Final = {
    "ALOK": not_found("a.pdf", "https://docs.example/a.pdf"),
    "BEPO": unreachable("b.pdf", "https://docs.example/b.pdf", "HTTP 503"),
}


def files(company: str, shipment: str, request: int, after: int, codes: list[str]) -> DocumentAttachments:
    """All there, or some not."""
    problems = [None] if request % 3 == 0 else [MISSING[each] for each in codes]
    told = [ReportedAttachment(name="a.pdf", status=AttachmentStatus.WAITING, problem=each) for each in problems]
    event = make_attachments(*told, after=after)
    return event.model_copy(update={"company_id": company, "shipment_id": shipment})


def differences(company: str, shipment: str, request: int, after: int) -> DocumentDrift:
    """None, or one of two."""
    event = make_drift(*([] if request % 3 == 0 else ["amount" if request % 2 else "number"]), after=after)
    return event.model_copy(update={"company_id": company, "shipment_id": shipment})


def outcomes() -> st.SearchStrategy[Event]:
    """Of one topic, with what else is told there."""

    def made(company: str, shipment: str, what: str, request: int, after: int, codes: list[str]) -> Event:
        if what == "files":
            return files(company, shipment, request, after, codes)
        if what == "differences":
            return differences(company, shipment, request, after)
        ids: dict[str, Any] = {
            "company_id": company,
            "shipment_id": shipment,
            "request": f"{request}",
            "after": after,
            "trigger": "released" if request % 2 else "status",
        }
        if what == "rejected":
            return rejected(*map(unknown_customer, codes), **ids)
        if what in {"out_of_quota", "disconnected"}:
            return waiting(what, **ids)
        if what == "skipped":
            return make_outcome(Status.SKIPPED, **ids)
        return make_outcome(document=DOCUMENT.model_copy(update={"number": f"INV-{request}"}), **ids)

    return st.builds(
        made,
        st.sampled_from(COMPANIES),
        st.sampled_from(SHIPMENTS),
        st.sampled_from(TOLD),
        st.integers(0, 5),
        st.integers(0, 9),
        st.lists(st.sampled_from(["ALOK", "BEPO"]), min_size=1, max_size=2),
    )


def snapshots() -> st.SearchStrategy[Snapshot]:
    def made(company: str, shipment: str, revision: int, value: str, currency: str, reference: str) -> Snapshot:
        return make_snapshot(
            company_id=company,
            shipment_id=shipment,
            revision=revision,
            recorded_at=OCCURRED_AT + timedelta(seconds=revision),
            shipment={"currency": currency, "exporter_reference": reference, "lines": [{"item_value": value}]},
        )

    return st.builds(
        made,
        st.sampled_from(COMPANIES),
        st.sampled_from(SHIPMENTS),
        st.integers(0, 9),
        st.sampled_from(["1.50", "1000000000.01", "x", "0"]),
        st.sampled_from(["USD", "JPY"]),
        st.sampled_from(["EXP-7", "exp-77", "A  B"]),
    )
