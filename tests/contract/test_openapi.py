"""The API's document: it is the one that is committed, it only grows, and what the API does is what it says."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from prometheus_client import CollectorRegistry
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from starlette.types import ASGIApp, Receive, Scope, Send

from mappers.model.sync_request import SyncRequest
from streams.ops.health import Liveness, Readiness
from streams.projection.store import ProjectionStore
from streams.web.app import HealthParts, WebParts, build_app
from streams.web.calls.pages import to_cursor
from streams.web.compatibility import breaks
from streams.web.openapi import document, write
from streams.web.ports import FedEvent
from streams.web.problems import HttpCode
from tests.builders import COMPANY_ID, make_company
from tests.fakes.following import ToldFreshness
from tests.fakes.key_value import MemoryKeyValue
from tests.fakes.pauses import AT, SaidPauses
from tests.outcome_builders import make_outcome, make_snapshot, rejected, unknown_customer, waiting

FILE = Path(__file__).parents[2] / "docs" / "schemas" / "openapi.json"
TOKEN = "a-token-of-the-test"
SHIPMENTS = ["A", "B/1", "C ü", "D"]


def committed() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def test_the_committed_document_is_the_generated_one() -> None:
    """If not: python -m streams.web.openapi docs/schemas/openapi.json"""
    assert committed() == json.loads(json.dumps(document()))


def test_the_document_only_grows() -> None:
    assert breaks(committed(), document()) == []


def test_a_document_that_takes_something_away_is_not_written(tmp_path: Path) -> None:
    more = document()
    more["paths"]["/api/v1/more"] = {"get": {"responses": {}}}
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(more))
    with pytest.raises(SystemExit, match="GET /api/v1/more: removed"):
        write(file)
    assert json.loads(file.read_text()) == more
    del more["paths"]["/livez"], more["paths"]["/api/v1/more"]
    file.write_text(json.dumps(more))
    write(file)
    assert json.loads(file.read_text()) == committed()


class Publisher:
    """Takes whatever it gets."""

    async def publish(self, request: SyncRequest) -> None:
        del request


class Feed:
    """Takes whatever it gets."""

    async def publish(self, events: Sequence[FedEvent]) -> Sequence[None]:
        return [None for _ in events]


class Planner:
    """Explains every shipment in the same way."""

    async def run(self, request: SyncRequest) -> dict[str, Any]:
        del request
        problem = unknown_customer().model_dump(mode="json")
        taxes = [{"line": "BEEF-01", "tax_type": "OUTPUT", "decided_by": "item", "percent": None}]
        return {
            "would_send": None,
            "content_hash": None,
            "problems": [problem],
            "warnings": [problem],
            "taxes": taxes,
            "not_compared": ["the rate"],
        }


class Documented:
    """The API, and its document beside it. The document names shipments that there are, so that calls meet some."""

    def __init__(self, app: ASGIApp, mode: GenerationMode) -> None:
        self._app = app
        named = committed()
        for path in named["paths"].values():
            for operation in path.values():
                operation.pop("security")  # Who may call what has tests of its own.
                for parameter in operation.get("parameters", ()):
                    _name(parameter)
        if mode is GenerationMode.POSITIVE:
            _name_in_body(named)
        self._document = json.dumps(named).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/openapi.json":
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
            )
            await send({"type": "http.response.body", "body": self._document})
        else:
            await self._app(scope, receive, send)


def _name_in_body(named: dict[str, Any]) -> None:
    sent, fed = (
        named["paths"][f"/api/v1/companies/{{company}}/{call}"]["post"]["requestBody"]["content"]["application/json"]
        for call in ("send-to-accounting", "status-changes")
    )
    sent["schema"]["properties"]["shipments"]["items"]["enum"] = SHIPMENTS
    one, several = fed["schema"]["anyOf"]
    for event in (one, several["items"]):
        event["properties"]["company_id"]["enum"] = [COMPANY_ID]
        event["properties"]["occurred_at"] = {"enum": ["2026-11-20T03:15:22.123Z"]}


def _name(parameter: dict[str, Any]) -> None:
    if parameter["name"] == "company":
        parameter["schema"]["enum"] = [COMPANY_ID, COMPANY_ID, "nobody"]
    elif parameter["name"] == "shipment" and parameter["in"] == "path":
        parameter["schema"]["enum"] = [*SHIPMENTS, "never-seen"]
    elif parameter["name"] == "cursor":
        parameter["schema"] = {"type": "string", "enum": [to_cursor(1)]}


@pytest.fixture(scope="module")
def api() -> dict[GenerationMode, OpenApiSchema]:
    store = ProjectionStore(MemoryKeyValue())
    store.apply([], [make_snapshot(shipment_id=each) for each in SHIPMENTS], {})
    outcomes = [
        rejected(unknown_customer(), shipment_id="A", request="1"),
        make_outcome(shipment_id="A", request="2"),
        waiting("disconnected", shipment_id="B/1", request="3"),
        rejected(unknown_customer(), shipment_id="C ü", request="4"),
    ]
    store.apply(enumerate(outcomes), [], {})
    readiness = Readiness()
    readiness.register("gate", lambda: "")
    app = build_app(
        WebParts(
            health=HealthParts(TOKEN, Liveness(time.monotonic), readiness, CollectorRegistry()),
            companies={COMPANY_ID: make_company()},
            logs=store,
            snapshots=store,
            lists=store.lists,
            following=ToldFreshness(),
            publisher=Publisher(),
            dry_run=Planner(),
            new_event_id=lambda: "sync-now",
            pauses=(pauses := SaidPauses()),
            pause_publisher=pauses,
            clock=lambda: AT,
            feed=Feed(),
        )
    )
    config = SchemathesisConfig.from_dict({"generation": {"allow-extra-parameters": False}})
    return {
        mode: schemathesis.openapi.from_asgi("/openapi.json", Documented(app, mode), config=config)
        for mode in GenerationMode
    }


OPERATIONS = [
    (path, method, mode)
    for path, operations in committed()["paths"].items()
    for method, operation in operations.items()
    for mode in GenerationMode
    # Where nothing is asked for, nothing can be asked wrongly.
    if mode is GenerationMode.POSITIVE or operation.get("parameters")
]


@pytest.mark.parametrize(("path", "method", "mode"), OPERATIONS)
def test_the_api_does_what_its_document_says(
    api: dict[GenerationMode, OpenApiSchema], path: str, method: str, mode: GenerationMode
) -> None:
    """Schemathesis makes calls that fit the document, and calls that do not, and finds nothing in the answers."""

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=api[mode][path][method].as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        # That a cause is named by two parameters or by none is no matter of the document, and of events another
        # document says more: docs/schemas/status-change.schema.json.
        elsewhere = path.endswith(("/attention", "/shipments", "/shipments.csv", "/status-changes"))
        excluded: list[Any] = [positive_data_acceptance] if elsewhere else []
        case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, excluded_checks=excluded)

    check()


def test_every_code_of_a_refusal_is_explained_to_integrators() -> None:
    page = (FILE.parents[1] / "integrators.md").read_text(encoding="utf-8")
    assert [code.value for code in HttpCode if f"`{code.value}`" not in page] == []
