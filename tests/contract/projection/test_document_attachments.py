"""How a shipment's files stand is in its log, the newest word alone; it changes no status."""

import orjson

from mappers.existing.attachments import not_found
from mappers.model.attachments import AttachmentStatus, ReportedAttachment
from mappers.outbound.attachments import decode_attachments, encode_attachments
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, SHIPMENT_ID
from tests.outcome_builders import make_attachments, make_drift, make_outcome

THERE = ReportedAttachment(
    name="a b.pdf", status=AttachmentStatus.ATTACHED, file_name="a-b.pdf", sha256="ab" * 32, size=7
)
WAITS = ReportedAttachment(
    name="b.pdf", status=AttachmentStatus.WAITING, problem=not_found("b.pdf", "https://docs.example/b.pdf")
)


def standing(store: ProjectionStore) -> list[tuple[str, str]]:
    log = store.log(COMPANY_ID, SHIPMENT_ID)
    assert log is not None
    assert log.attachments is not None
    return [(each["name"], each["status"]) for each in log.attachments.event["attachments"]]


def test_the_newest_says_how_all_files_stand(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(WAITS)), (2, make_attachments(THERE, WAITS))], [], {})
    assert standing(store) == [("a b.pdf", "attached"), ("b.pdf", "waiting")]
    store.apply([(1, make_attachments(WAITS))], [], {})
    assert standing(store) == [("a b.pdf", "attached"), ("b.pdf", "waiting")]


def test_it_does_not_change_the_sync_status(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("amount", ledger="1", xero="2"))], [], {})
    before = store.log(COMPANY_ID, SHIPMENT_ID)
    store.apply([(2, make_attachments(WAITS))], [], {})
    after = store.log(COMPANY_ID, SHIPMENT_ID)
    assert before is not None
    assert after is not None
    assert (before.sync_status, before.synced_at, before.drift) == (after.sync_status, after.synced_at, after.drift)


def test_the_event_is_read_as_it_was_written_and_leaves_out_what_it_does_not_say() -> None:
    event = make_attachments(THERE, WAITS)
    value = encode_attachments(event)
    assert decode_attachments(value) == event
    there, waits = orjson.loads(value)["attachments"]
    assert set(there) == {"name", "status", "file_name", "sha256", "size"}
    assert set(waits) == {"name", "status", "problem"}
