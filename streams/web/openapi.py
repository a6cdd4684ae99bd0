"""The API's document, docs/schemas/openapi.json, generated from its calls so that it cannot get out of date.

`python -m streams.web.openapi docs/schemas/openapi.json` writes it, unless that would break what others have built.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

from fastapi.openapi.utils import get_openapi
from prometheus_client import CollectorRegistry
from pydantic.json_schema import models_json_schema

from mappers.model import (
    ActFilter,
    ActPage,
    AffectedPage,
    AttentionPage,
    Cause,
    CompanyPause,
    Following,
    ResolvedCause,
    ShipmentDetail,
    ShipmentFilter,
    ShipmentLine,
    ShipmentLog,
    ShipmentPage,
    Snapshot,
    SyncRequest,
)
from streams.ops import Liveness, Readiness
from streams.web.access import HEALTH_PATHS, METRICS_PATH
from streams.web.app import API_VERSION, HealthParts, WebParts, api
from streams.web.calls.feed import NotAllFed
from streams.web.calls.models import ApiProblem, NothingSent, ShipmentsToSend
from streams.web.compatibility import breaks

_DESCRIPTION: Final = (
    "The integration log of shipments, what needs a person, Send to Accounting, and explain. "
    "Errors are problem details (RFC 9457) with a stable `code`, and a `hint` that says who does what. "
    "New fields and codes may come; none is renamed."
)


def document() -> dict[str, Any]:
    """The whole document, OpenAPI 3.1."""
    made: dict[str, Any] = get_openapi(
        title="Shipledger", version=API_VERSION, description=_DESCRIPTION, routes=api(_parts()).routes
    )
    _, models = models_json_schema(
        [
            (ApiProblem, "serialization"),
            (NothingSent, "serialization"),
            (NotAllFed, "serialization"),
            (ShipmentsToSend, "validation"),
        ],
        ref_template="#/components/schemas/{model}",
    )
    components = made.setdefault("components", {})
    components["schemas"] = dict(sorted({**components.get("schemas", {}), **models["$defs"]}.items()))
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for path, operations in made["paths"].items():
        for operation in operations.values():
            is_open = path in HEALTH_PATHS or path == METRICS_PATH
            operation["security"] = [] if is_open else [{"token": []}]
    return made


class _Nothing:
    """Stands where a call would answer from: the document is made without calling anything."""

    def log(self, company_id: str, shipment_id: str) -> ShipmentLog | None:
        self._refuse(company_id, shipment_id)

    def attention(self, company_id: str, *, limit: int, cursor: str | None = None) -> AttentionPage:
        self._refuse(company_id, limit, cursor)

    def affected(self, company_id: str, cause: Cause, *, limit: int, cursor: str | None = None) -> AffectedPage:
        self._refuse(company_id, cause, limit, cursor)

    def snapshot(self, company_id: str, shipment_id: str) -> Snapshot | None:
        self._refuse(company_id, shipment_id)

    def shipments(
        self, company_id: str, wanted: ShipmentFilter, *, limit: int, cursor: str | None = None
    ) -> ShipmentPage:
        self._refuse(company_id, wanted, limit, cursor)

    def every_shipment(self, company_id: str, wanted: ShipmentFilter) -> Iterator[tuple[ShipmentLine, ...]]:
        self._refuse(company_id, wanted)

    def counts(self, company_id: str) -> Mapping[str, int]:
        self._refuse(company_id)

    def resolved(self, company_id: str, since: datetime, *, limit: int) -> tuple[ResolvedCause, ...]:
        self._refuse(company_id, since, limit)

    def acts(
        self, companies: Iterable[str] | None, wanted: ActFilter, *, limit: int, cursor: str | None = None
    ) -> ActPage:
        self._refuse(companies, wanted, limit, cursor)

    def detail(self, company_id: str, shipment_id: str) -> ShipmentDetail | None:
        self._refuse(company_id, shipment_id)

    def following(self) -> Following:
        self._refuse()

    async def publish(self, request: SyncRequest) -> None:
        self._refuse(request)

    def why_not_ready(self) -> str:
        self._refuse()

    def said_of(self, company_id: str) -> CompanyPause | None:
        self._refuse(company_id)

    async def has_read(self, partition: int, offset: int) -> None:
        self._refuse(partition, offset)

    async def say(self, pause: CompanyPause) -> None:
        self._refuse(pause)

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        self._refuse(request)

    def now(self) -> datetime:
        self._refuse()

    def _refuse(self, *asked: object) -> NoReturn:
        raise NotImplementedError(f"the document's application answers nothing: {asked}")


def _parts() -> WebParts:
    nothing = _Nothing()
    health = HealthParts("x" * 16, Liveness(lambda: 0.0), Readiness(), CollectorRegistry())
    return WebParts(
        health, {}, nothing, nothing, nothing, nothing, nothing, nothing, str, nothing, nothing, nothing.now
    )


def write(file: Path) -> None:
    """Write the document. Raises SystemExit with what would break whom where it is not only more than it was."""
    made = document()
    if file.exists() and (broken := breaks(json.loads(file.read_text(encoding="utf-8")), made)):
        raise SystemExit("Not written: this would break callers.\n" + "\n".join(broken))
    file.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
