"""How long the lists take, and what they cost: the store by itself, filled as the follower fills it."""

import asyncio
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from benchmarks.environment import Environment
from benchmarks.measures import Spread
from benchmarks.options import Options
from benchmarks.report import Report, Target
from deploy.testbed import make_request
from mappers.model import (
    Action,
    CauseFilter,
    Code,
    DocumentRef,
    Outcome,
    Problem,
    ShipmentFilter,
    Snapshot,
    Status,
    SyncRequest,
    Waiting,
    outcome_id,
)
from streams.projection import ProjectionStore, RocksKeyValue

COMPANY = "bench-01"
AT_ONCE = 200
LOOKS = 100
LIMIT = 50
SMALL, LARGE = 10_000, 200_000
MOST_MILLISECONDS = {SMALL: 50.0, LARGE: 100.0}
NOTE = (
    "A page of 50. One shipment in twenty is rejected for one of 25 customers, one in thirty-three waits. One reader "
    "has a thread for itself; CPU is what that thread used. Outcomes are folded by 200."
)


@dataclass(slots=True)
class Folding:
    """Seconds of the processor that went into folding."""

    snapshots: float = 0.0
    outcomes: float = 0.0


async def run(environment: Environment, options: Options) -> Report:
    """Measure a small store and a large one; no broker is asked."""
    del environment
    sizes = (min(SMALL, options.listed), options.listed)
    found = [await asyncio.to_thread(_measured, size) for size in dict.fromkeys(sizes)]
    return _report(found)


@dataclass(frozen=True, slots=True)
class Measured:
    """One store."""

    size: int
    folding: Folding
    looks: Mapping[str, tuple[Spread, Spread]]
    disk: float
    memory: float


def _measured(size: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="shipledger-bench-") as name:
        store = ProjectionStore(RocksKeyValue(Path(name) / "projection"))
        folding = _fill(store, size)
        looks = {what: _times(look) for what, look in _looks(store, size).items()}
        disk = sum(each.stat().st_size for each in Path(name).rglob("*") if each.is_file()) / 1e6
        store.close()
    return Measured(size, folding, looks, disk, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _fill(store: ProjectionStore, size: int) -> Folding:
    folding = Folding()
    for begin in range(0, size, AT_ONCE):
        requests = [_request(number) for number in range(begin, min(size, begin + AT_ONCE))]
        outcomes = [(begin + n, _outcome(begin + n, request)) for n, request in enumerate(requests)]
        snapshots = [_snapshot(request) for request in requests]
        spent = time.thread_time()
        store.apply([], snapshots, {})
        folding.snapshots += time.thread_time() - spent
        spent = time.thread_time()
        store.apply(outcomes, [], {})
        folding.outcomes += time.thread_time() - spent
    return folding


def _looks(store: ProjectionStore, size: int) -> dict[str, Callable[[], object]]:
    cursor = None
    for _ in range(20):
        cursor = store.lists.shipments(COMPANY, ShipmentFilter(), limit=100, cursor=cursor).next or cursor
    wanted = {
        "newest": ShipmentFilter(),
        "rejected": ShipmentFilter(status=Status.REJECTED),
        "not synced": ShipmentFilter(status="NOT_SYNCED"),
        "a cause": ShipmentFilter(cause=CauseFilter("customer_not_found")),
        "one id": ShipmentFilter(text=f"shp-{size // 2:07}"),
        "ids that begin alike": ShipmentFilter(text="inv-2026"),
        "rejected, ids alike": ShipmentFilter(text="inv-2026", status=Status.REJECTED),
        "an id that none has": ShipmentFilter(text="nobody"),
    }
    looks: dict[str, Callable[[], object]] = {
        name: lambda each=each: store.lists.shipments(COMPANY, each, limit=LIMIT)  # type: ignore[misc]  # mypy infers no default.
        for name, each in wanted.items()
    }
    looks["page 21"] = lambda: store.lists.shipments(COMPANY, ShipmentFilter(), limit=LIMIT, cursor=cursor)
    looks["counts"] = lambda: store.lists.counts(COMPANY)
    looks["attention"] = lambda: store.attention(COMPANY)
    looks["one shipment"] = lambda: store.lists.detail(COMPANY, f"SHP-{size // 2:07}")
    return looks


def _times(look: Callable[[], object]) -> tuple[Spread, Spread]:
    seconds, spent = [], []
    for _ in range(LOOKS):
        began, used = time.perf_counter(), time.thread_time()
        look()
        seconds.append(time.perf_counter() - began)
        spent.append(time.thread_time() - used)
    return Spread.of(seconds), Spread.of(spent)


def _request(number: int) -> SyncRequest:
    request = make_request(company_id=COMPANY, shipment_id=f"SHP-{number:07}")
    ids = {"exporter_reference": f"EXP-{number}", "invoice_number": f"INV-2026-{number:07}"}
    customer = {"buyer_code": f"C{number % 500:04}", "consignee_code": f"C{number % 500:04}-M"}
    shipment = {**request.shipment, "shipment_number": request.shipment_id, **ids, **customer}
    return request.model_copy(update={"shipment": shipment, "request_id": uuid5(NAMESPACE_URL, str(number))})


def _snapshot(request: SyncRequest) -> Snapshot:
    return Snapshot(
        company_id=request.company_id,
        shipment_id=request.shipment_id,
        revision=request.revision,
        occurred_at=request.occurred_at,
        status="ACCOUNTS INV CREATED",
        shipment=request.shipment,
        recorded_at=request.occurred_at,
    )


def _outcome(number: int, request: SyncRequest) -> Outcome:
    status, more = Status.PROCESSED, {"action": Action.CREATED, "document": _document(number)}
    if number % 20 == 0:
        code = request.shipment["buyer_code"]
        problem = Problem(code=Code.CUSTOMER_NOT_FOUND, field="buyer_code", value=code, message=f"{code}: not found")
        status, more = Status.REJECTED, {"errors": (problem,)}
    elif number % 33 == 0:
        status, more = Status.WAITING, {"waiting": Waiting(reason="out_of_quota")}
    return Outcome(
        outcome_id=outcome_id(request.request_id, status),
        occurred_at=request.occurred_at + timedelta(seconds=number),
        company_id=request.company_id,
        shipment_id=request.shipment_id,
        revision=request.revision,
        request_id=request.request_id,
        event_id=request.event_id,
        trigger="status",
        status=status,
        **more,
    )


def _document(number: int) -> DocumentRef:
    return DocumentRef(
        type="invoice",
        number=f"INV-2026-{number:07}",
        xero_id=str(uuid5(NAMESPACE_URL, f"document {number}")),
        xero_status="DRAFT",
        total="1265.63",
        currency="USD",
        url=f"https://go.xero.com/app/!sim01/invoicing/view/{uuid5(NAMESPACE_URL, f'document {number}')}",
        content_hash="0" * 64,
    )


def _report(found: list[Measured]) -> Report:
    return Report(
        name="lists",
        title=" and ".join(f"{each.size:,}" for each in found) + " shipments",
        columns=("shipments", "what", "n", "p50 ms", "p95 ms", "p99 ms", "max ms", "CPU p50 ms"),
        rows=tuple(row for each in found for row in _rows(each)),
        targets=tuple(_target(each) for each in found),
        notes=(NOTE, *(_costs(each) for each in found)),
        figures={f"{each.size}": _figures(each) for each in found},
    )


def _rows(measured: Measured) -> Iterator[tuple[str, ...]]:
    for what, (took, spent) in measured.looks.items():
        yield (f"{measured.size:,}", what, *took.cells(), f"{spent.median * 1000:.1f}")


def _target(measured: Measured) -> Target:
    most = MOST_MILLISECONDS.get(measured.size)
    worst = max(took.at(0.95) for took, _ in measured.looks.values()) * 1000
    promise = f"{measured.size:,} shipments: p95 of every list at most {most or MOST_MILLISECONDS[LARGE]:.0f} ms"
    return Target(promise, f"{worst:.1f} ms", worst <= most if most is not None else None)


def _costs(measured: Measured) -> str:
    size, folding = measured.size, measured.folding
    return (
        f"{size:,}: {folding.outcomes / size * 1e6:.0f} µs of the processor to fold an outcome, lists and all, "
        f"{folding.snapshots / size * 1e6:.0f} µs a status change; {measured.disk:.0f} MB on disk; "
        f"{measured.memory:.0f} MB resident at most."
    )


def _figures(measured: Measured) -> dict[str, object]:
    return {
        "microseconds an outcome": measured.folding.outcomes / measured.size * 1e6,
        "microseconds a status change": measured.folding.snapshots / measured.size * 1e6,
        "disk MB": measured.disk,
        "resident MB": measured.memory,
        **{what: took.as_json() for what, (took, _) in measured.looks.items()},
    }
