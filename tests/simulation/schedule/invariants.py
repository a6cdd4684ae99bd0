"""What must be true of a world that is quiet: I1 to I8 of the reliability tests, and that nothing is left behind."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mappers.inbound import Poison, read_event, to_request, trigger_of
from mappers.model import Outcome, SyncRequest, kafka_time
from mappers.outbound import decode_outcome
from streams.dispatch.ledger.codec import UnreadableRecordError, decode
from streams.dispatch.ledger.records import OPEN, Intent, Row
from streams.topics import DEAD_LETTERS, DOCUMENT_LEDGER, STATUS_CHANGES, SYNC_OUTCOMES, SYNC_REQUESTS
from tests.simulation.schedule.traffic import COMPANIES, Sent
from tests.simulation.world import World
from tests.simulation.world.machines import PARTITIONS

BY_ID = {each.id: each for each in COMPANIES}


class Books:
    """What the topics and Xero say, read as outsiders."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.outcomes = [decode_outcome(bytes(each.value)) for each in self._records(SYNC_OUTCOMES)]
        self.ledger: dict[bytes, bytes | None] = {}
        for each in self._records(DOCUMENT_LEDGER):
            self.ledger[bytes(each.key)] = None if each.value is None else bytes(each.value)

    def _records(self, topic: str) -> Iterator[Any]:
        for number in range(PARTITIONS):
            yield from (record for _, record in self.world.broker.logs[topic, number].records())

    @property
    def ended(self) -> list[Outcome]:
        """The terminal outcomes, as often as they were published."""
        return [each for each in self.outcomes if each.status != "WAITING"]

    def rows(self) -> dict[Any, Row]:
        """The ledger's rows."""
        return {key: record for key, record in self._decoded() if isinstance(record, Row)}

    def intents(self) -> list[Intent]:
        """Batches that may be on their way."""
        return [record for _, record in self._decoded() if isinstance(record, Intent)]

    def _decoded(self) -> Iterator[tuple[Any, Any]]:
        for key, value in self.ledger.items():
            if value is not None:
                try:
                    yield decode(key, value)
                except UnreadableRecordError as error:
                    raise AssertionError(f"a record of the ledger cannot be read: {key!r}") from error

    def letters(self) -> list[Mapping[str, bytes | None]]:
        """The headers of the dead letters."""
        return [dict(each.headers) for each in self._records(DEAD_LETTERS)]


def requests_of(world: World) -> dict[Any, SyncRequest]:
    """What the status changes ask for, by the decision's own rules: the newest of each id."""
    found = {}
    for number in range(PARTITIONS):
        for _, record in world.broker.logs[STATUS_CHANGES, number].records():
            event = read_event(bytes(record.value), (), BY_ID, recorded_at=kafka_time(record.timestamp))
            if isinstance(event, Poison):
                continue
            company = BY_ID[event.company_id]
            if (trigger := trigger_of(event, company)) is not None:
                request = to_request(event, company, trigger)
                found[request.request_id] = request
    return found


def why_not_quiet(world: World) -> str:
    """What is still under way; empty where nothing is."""
    books = Books(world)
    open_rows = [str(key) for key, row in books.rows().items() if row.state in OPEN]
    answered = {each.request_id for each in books.ended}
    missing = [each.shipment_id for key, each in requests_of(world).items() if key not in answered]
    unsent = [place for place, lag in _lags(world).items() if lag > 0]
    down = [each.name for each in world.machines if not each.is_running]
    released = _unreleased(books)
    parts = (
        ("unanswered", missing),
        ("open rows", open_rows),
        ("intents", [each.key[:8] for each in books.intents()]),
        ("lag", unsent),
        ("down", down),
        ("not released", released),
        ("not folded", _unfolded(world, books)),
    )
    return "; ".join(f"{what}: {which}" for what, which in parts if which)


def done_so_far(world: World) -> tuple[int, ...]:
    """Grows with everything that anybody does: what stays the same for long stands still."""
    ends = (log.end for log in world.broker.logs.values())
    # Master data is read again for ever.
    calls = (count for name, count in world.xero.counts.calls.items() if "Invoices" in name or "Quotes" in name)
    return sum(ends), sum(calls), sum(each.lives for each in world.machines)


def _lags(world: World) -> dict[str, int]:
    lags = {}
    for group, topic in (("shipledger-gate", STATUS_CHANGES), ("shipledger-dispatch", SYNC_REQUESTS)):
        offsets = world.broker.group(group).offsets
        for number in range(PARTITIONS):
            lags[f"{topic}[{number}]"] = world.broker.logs[topic, number].end - max(0, offsets.get((topic, number), 0))
    return lags


def _unreleased(books: Books) -> list[str]:
    """Shipments that were rejected for a contact which Xero has by now."""
    last = {(each.company_id, each.shipment_id): each for each in books.ended if each.status != "SKIPPED"}
    codes = {ids[1]: [problem.code for problem in each.errors] for ids, each in last.items()}
    return [shipment for shipment, found in codes.items() if "customer_not_found" in found]


def _unfolded(world: World, books: Books) -> list[str]:
    """Machines whose projection does not show every outcome yet."""
    wanted = {each.outcome_id for each in books.outcomes}
    shipments = {(each.company_id, each.shipment_id) for each in books.outcomes}
    behind = []
    for machine in world.machines:
        if machine.worker is not None:
            logs = [machine.worker.store.log(*ids) for ids in sorted(shipments)]
            shown = {str(entry.outcome["outcome_id"]) for log in logs if log for entry in log.entries}
            behind += [] if {str(each) for each in wanted} <= shown else [machine.name]
    return behind


def violations(world: World, sent: Sequence[Sent]) -> list[str]:
    """Every broken invariant, in words."""
    books = Books(world)
    requests = requests_of(world)
    found = [*_one_answer_each(books, requests), *_one_document_each(world, books)]
    found += [*_newest_in_xero(world, requests), *_no_other_organisation(world), *_letters(books, sent)]
    found += [*_offsets(world), *_ledger(books), *_counts(world)]
    return found


def _one_answer_each(books: Books, requests: Mapping[Any, SyncRequest]) -> Iterator[str]:
    """I3 and I4: every request ends in exactly one outcome."""
    ends: defaultdict[Any, set[Any]] = defaultdict(set)
    for each in books.ended:
        ends[each.request_id].add((each.outcome_id, each.status))
    for key, request in requests.items():
        if len(ends[key]) != 1:
            yield f"I3: {request.shipment_id} rev {request.revision} ({request.event_id}) has {len(ends[key])} answers"
    for each in books.ended:
        if each.request_id not in requests and each.trigger != "released":
            yield f"I4: {each.shipment_id} is answered, and nobody asked"
    raw = Counter(each.outcome_id for each in books.outcomes)
    repeated = sorted(str(each) for each, count in raw.items() if count > 1)
    if repeated:
        yield f"I3: outcomes are in the topic more than once: {repeated}"


def _documents(world: World) -> Iterator[tuple[str, Any]]:
    for tenant, organisation in world.xero.organisations.items():
        for kind in ("invoice", "quote"):
            for each in organisation.book(kind):
                if each.alive and "0900" not in each.number and "0901" not in each.number:
                    yield tenant, each


def _one_document_each(world: World, books: Books) -> Iterator[str]:
    """I1: at most one live document for each number, and the ledger knows it."""
    numbers = Counter((tenant, each.number) for tenant, each in _documents(world))
    yield from (f"I1: {number} is in Xero {count} times" for (_, number), count in numbers.items() if count != 1)
    made = {each.document_id for _, each in _documents(world)}
    known = Counter(row.synced.ref.xero_id for row in books.rows().values() if row.synced is not None)
    yield from (f"I1: {document} is in Xero and no row knows it" for document in sorted(made - set(known)))
    yield from (f"I1: {document} belongs to {count} rows" for document, count in known.items() if count > 1)


def _newest_in_xero(world: World, requests: Mapping[Any, SyncRequest]) -> Iterator[str]:
    """I2: the document says what the newest revision says."""
    newest: dict[tuple[str, str], SyncRequest] = {}
    for each in requests.values():
        ids = (each.organisation, str(each.shipment["invoice_number"]))
        if ids not in newest or (each.revision or 0) > (newest[ids].revision or 0):
            newest[ids] = each
    shown = {(tenant, each.number): each for tenant, each in _documents(world)}
    for ids, request in newest.items():
        document = shown.get(ids)
        if document is None:
            yield f"I2: {ids[1]} is not in Xero"
        elif document.sub_total != int(request.revision or 0) * 10:
            yield f"I2: {ids[1]} says {document.sub_total}, revision {request.revision} counts"


def _no_other_organisation(world: World) -> Iterator[str]:
    """I6: invoices are those of the one company, quotes of the other."""
    for tenant, each in _documents(world):
        company = next(company for company in COMPANIES if company.organisation == tenant)
        if company.document.value != each.kind:
            yield f"I6: {each.number} is in another company's organisation"


def _letters(books: Books, sent: Sequence[Sent]) -> Iterator[str]:
    """I4: each unreadable record is put aside, and nothing else is. A gate that was killed may repeat its letter."""
    places = {(each["dlq.topic"], each["dlq.partition"], each["dlq.offset"]) for each in books.letters()}
    wanted = sum(each.is_poison for each in sent)
    if len(places) != wanted:
        yield f"I4: {len(places)} records were put aside instead of {wanted}: {sorted(map(str, places))}"


def _offsets(world: World) -> Iterator[str]:
    """I5: what is committed is neither behind nor beyond what there is."""
    yield from (f"I5: {place} is at {lag} from its end" for place, lag in _lags(world).items() if lag != 0)


def _ledger(books: Books) -> Iterator[str]:
    """I7: nothing is open, and nothing is on its way."""
    yield from (f"I7: {key} is {row.state.value}" for key, row in books.rows().items() if row.state in OPEN)
    yield from (f"I7: a batch is still on its way: {each.members}" for each in books.intents())


def _counts(world: World) -> Iterator[str]:
    """What must not happen in Xero, whatever else does; and no write without its intent."""
    counts = world.xero.counts
    wrong = {
        "simulator_errors": counts.simulator_errors,
        "writes_without_key": counts.writes_without_key,
        "summarised_writes": counts.summarised_writes,
        "numbers_generated": counts.numbers_generated,
        "contacts_created_by_name": counts.contacts_created_by_name,
    }
    yield from (f"Xero counted {name}: {count}" for name, count in wrong.items() if count)


def secret_places(world: World, secret: str) -> list[str]:
    """I8: the topics that hold a secret."""
    topics = (STATUS_CHANGES, SYNC_REQUESTS, SYNC_OUTCOMES, DEAD_LETTERS, DOCUMENT_LEDGER)
    logs = [(place, log) for place, log in world.broker.logs.items() if place[0] in topics]
    return [str(place) for place, log in logs if any(secret.encode() in each.data for each in log.batches)]


def content_of(sent: Sent) -> Any:
    """What a status change says, for the words of a failure."""
    return None if sent.is_poison else json.loads(sent.value)
