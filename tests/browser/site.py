"""The site that the browser visits: the real application over a store in memory, filled with the demo's samples.

Kafka and Xero are played by this file: what the samples expect is what was answered.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from prometheus_client import CollectorRegistry

from config.profile import load_profile
from deploy.demo.parts import PROFILE
from deploy.demo.samples import Publish, Sample, load
from mappers.inbound.dead_letter import Poison
from mappers.inbound.redrive import SentAgain, sent_again_header
from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.triggers import exact_json
from mappers.model import Company, DocumentChange, DocumentDrift, Following, Freshness, encode_pause
from mappers.model.outcome import Outcome, Status, Waiting, outcome_id
from mappers.model.shipment_log import Snapshot
from mappers.model.sync_request import SyncRequest
from streams.ops.health import Liveness, Readiness
from streams.projection.acts import ToldAct, act_of_pause, act_of_redrive
from streams.projection.store import ProjectionStore
from streams.web.access import Person, Role
from streams.web.app import HealthParts, WebParts
from streams.web.dry_run import RATE_NOT_COMPARED
from streams.web.pages import OrganisationState
from streams.web.pages.letter import Letter
from tests.fakes.following import ToldFreshness
from tests.fakes.key_value import MemoryKeyValue
from tests.fakes.pauses import SaidPauses, make_pause
from tests.outcome_builders import make_change, make_drift, make_outcome, make_snapshot

TOKEN = "a-token-of-the-test"
SANDRA = "the-token-of-sandra"
NAMESPACE = UUID(int=1)
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)


class Requests:
    """Remembers what was sent; a test answers when it likes."""

    def __init__(self) -> None:
        self.published: list[SyncRequest] = []

    async def publish(self, request: SyncRequest) -> None:
        self.published.append(request)


class DryRuns:
    """Explains every shipment in the same way."""

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        beef = {"ItemCode": "BEEF-01", "Description": "Chilled beef", "Quantity": 12.5, "UnitAmount": 101.25}
        freight = {"Description": "Freight", "Quantity": 1, "UnitAmount": 84.5, "AccountCode": "425"}
        document = {
            "Type": "ACCREC",
            "InvoiceNumber": request.shipment_id.replace("SHP", "INV"),
            "Reference": "EXP-77 FOB Port Botany",
            "Date": "2026-11-19",
            "DueDate": "2026-12-19",
            "CurrencyCode": "USD",
            "CurrencyRate": 0.6543,
            "LineAmountTypes": "Exclusive",
            "Status": "DRAFT",
            "LineItems": [each | {"TaxType": "EXEMPTEXPORT"} for each in (beef, freight)],
        }
        taxes = [{"percent": "0", "decided_by": by} for by in ("item", "account")]
        not_compared = [RATE_NOT_COMPARED.format(rate="0.6543", currency="USD")]
        told = {"would_send": document, "content_hash": "aa", "problems": [], "warnings": []}
        return told | {"taxes": taxes, "not_compared": not_compared}


class Organisations:
    """One works, the other is out of quota."""

    def organisations(self, named: Iterable[str]) -> Mapping[str, OrganisationState]:
        states = (
            OrganisationState("Southern Beef Pty Ltd", "", NOW + timedelta(days=42), 4_211, None, NOW),
            OrganisationState("Tasman Dairy Ltd", "", None, 0, NOW + timedelta(hours=4), NOW - timedelta(hours=1)),
        )
        return dict(zip(sorted(named, reverse=True), states, strict=True))


class Letters:
    """Two letters, of which one is whole."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, int]] = []
        self.by: list[str] = []
        self.content = b"{broken"
        self.is_away = False
        self.aside = "southern-beef/SHP-000108"

    async def newest(self) -> list[Letter]:
        at = "2026-11-20T03:21:00.000Z"
        where = "shipment.status-changes.v1/0/17"
        return [
            Letter(0, 3, "southern-beef/SHP-9", "not_json", "It is not JSON.", at, where, "{broken", 7, ""),
            Letter(1, 0, "nobody/X-1", "too_large", "It is too large.", at, where, "", 0, "the value was not kept"),
        ]

    async def of_shipment(self, company_id: str, shipment_id: str) -> list[Letter] | None:
        if self.is_away:
            return None
        key = f"{company_id}/{shipment_id}"
        return [replace(each, key=key) for each in await self.newest()][:1] if key == self.aside else []

    async def one(self, partition: int, offset: int) -> Letter | None:
        found = [each for each in await self.newest() if (each.partition, each.offset) == (partition, offset)]
        return replace(found[0], content=self.content) if found else None

    async def send_again(self, partition: int, offset: int, again: SentAgain) -> None:
        self.sent.append((partition, offset))
        self.by.append(again.by)


@dataclass(frozen=True)
class SiteParts:
    """What a test may change while the browser looks."""

    store: ProjectionStore
    requests: Requests
    following: ToldFreshness
    web: WebParts
    offsets: Iterator[int] = field(default_factory=lambda: count(10_000))


@dataclass(frozen=True)
class Site:
    """Where it is."""

    url: str
    parts: SiteParts


def site_parts() -> SiteParts:
    """A worker's pages with the demo's shipments."""
    companies = {each.id: each for each in load_profile(PROFILE, ("default",))}
    store = ProjectionStore(MemoryKeyValue())
    offsets = count(1)
    for sample in load():
        changes = [each for each in _changes(sample, companies) if each is not None]
        outcomes = [(next(offsets), each) for each in _outcomes(sample, changes)]
        store.apply(outcomes, [_snapshot(each) for each in changes], {})
    store.apply([(next(offsets), each) for each in _in_xero()], [], {}, _said())
    store.apply([(next(offsets), _waits())], [make_snapshot(shipment_id="SHP-000122", occurred_at=NOW)], {})
    requests, following, ids = Requests(), ToldFreshness(Following(Freshness.UP_TO_DATE, "", ())), count(1)
    pauses = SaidPauses()
    web = WebParts(
        health=HealthParts(TOKEN, Liveness(time.monotonic), Readiness(), CollectorRegistry()),
        companies=companies,
        logs=store,
        snapshots=store,
        lists=store.lists,
        following=following,
        publisher=requests,
        dry_run=DryRuns(),
        new_event_id=lambda: str(UUID(int=next(ids))),
        people=_people,
        pauses=pauses,
        pause_publisher=pauses,
        clock=lambda: NOW,
        connections=Organisations(),
        dead_letters=Letters(),
    )
    return SiteParts(store, requests, following, web)


def _in_xero() -> Iterator[DocumentChange | DocumentDrift]:
    """One document was paid; of another the amount differs, and its number did until this night."""
    yield make_change("paid", after=7_200).model_copy(update={"shipment_id": "SHP-000101"})
    nights = (
        make_drift("number", ledger="INV-2026-0103", xero="INV-103", after=3_600),
        make_drift("amount", ledger="1915.63", xero="1265.63", after=7_200),
    )
    for each in nights:
        document = each.document.model_copy(update={"number": "INV-2026-0103"})
        yield each.model_copy(update={"shipment_id": "SHP-000103", "document": document})


def _waits() -> Outcome:
    """Until Xero takes calls again."""
    wait = Waiting(reason="out_of_quota", resume_at=NOW + timedelta(hours=4))
    return make_outcome(Status.WAITING, shipment_id="SHP-000122", occurred_at=NOW, waiting=wait)


def _said() -> Iterator[ToldAct]:
    """What people did besides sending."""
    pauses = (make_pause("southern-beef"), make_pause("southern-beef", paused=False, by="Olaf Berg", reason="closed"))
    for number, each in enumerate(pauses):
        at = NOW - timedelta(minutes=90 - number)
        yield _there(act_of_pause(b"southern-beef", encode_pause(each.model_copy(update={"at": at})), f"0/{number}"))
    again = sent_again_header(SentAgain(by="Olaf Berg", at=NOW - timedelta(minutes=5)))
    yield _there(act_of_redrive([again], b"southern-beef/SHP-000108", None, "0/18"))
    yield _there(act_of_redrive([again], b"nobody/X-1", None, "0/19"))


def _there(told: ToldAct | None) -> ToldAct:
    assert told is not None
    return told


def _people() -> Mapping[str, Person]:
    token_hash = sha256(SANDRA.encode()).hexdigest()
    return {token_hash: Person("Sandra Lee", Role.SENDER, frozenset({"southern-beef"}), token_hash)}


def _changes(sample: Sample, companies: Mapping[str, Company]) -> Iterator[StatusChange | None]:
    for step in sample.steps:
        if isinstance(step, Publish):
            read = read_event(step.value, (), companies, recorded_at=NOW)
            yield None if isinstance(read, Poison) else read


def _snapshot(change: StatusChange) -> Snapshot:
    return Snapshot(
        company_id=change.company_id,
        shipment_id=change.shipment_id,
        revision=change.revision,
        occurred_at=change.occurred_at,
        status=change.status,
        shipment={name: exact_json(value) for name, value in change.shipment.items()},
        faults=change.faults,
    )


def _outcomes(sample: Sample, changes: list[StatusChange]) -> Iterator[Outcome]:
    if not changes:
        return
    for number, expected in enumerate(sample.expect.log or ()):
        change = changes[min(number, len(changes) - 1)]
        request_id = uuid5(NAMESPACE, f"{sample.name}/{number}")
        was_sent = number > 0
        yield Outcome.model_validate(
            {
                "outcome_id": outcome_id(request_id, Status(expected["status"])),
                "occurred_at": change.occurred_at,
                "company_id": sample.company,
                "shipment_id": sample.shipment,
                "revision": change.revision,
                "request_id": request_id,
                "event_id": change.event_id,
                "trigger": "sync_now" if was_sent else "status",
                "status": expected["status"],
                "action": expected["action"],
                "document": _document(sample, change, expected["document"]),
                "errors": [_problem(each) for each in expected["errors"]],
                "warnings": [_problem(each) for each in expected["warnings"]],
                "requested_by": "Sandra Lee" if was_sent else None,
            }
        )


def _document(sample: Sample, change: StatusChange, expected: Any) -> dict[str, str] | None:
    if expected is None:
        return None
    total = next((each.total for each in sample.expect.documents if each.total), "0.00")
    number = next((each.number for each in sample.expect.documents), "")
    named = expected if isinstance(expected, Mapping) else {}
    return {
        "type": "invoice",
        "number": named.get("number", number),
        "xero_id": "1",
        "xero_status": "DRAFT",
        "sub_total": total or "0.00",
        "total_tax": "0.00",
        "total": named.get("total", total) or "0.00",
        "currency": str(change.shipment.get("currency") or "AUD"),
        "url": "https://go.xero.com/app/invoicing/view/1",
        "content_hash": "aa",
    }


def _problem(said: Any) -> dict[str, Any]:
    """A sample names an error, or of a warning its code alone."""
    expected: Mapping[str, Any] = said if isinstance(said, Mapping) else {"code": said}
    value = str(expected.get("message", "")).partition("(")[2].partition(")")[0] or None
    return {"message": expected["code"].replace("_", " "), "hint": "", "value": value, "field": None} | dict(expected)
