"""docs/schemas/*.schema.json say what the code does: judged alike, on the same values."""

import json
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from deploy.contracts.__main__ import POSTED, rendered
from deploy.contracts.asyncapi import SCHEMAS as MADE
from deploy.demo.samples import Publish, load
from mappers.inbound.attachments import wanted_attachments
from mappers.inbound.published_schema import LINE_FIELDS, SHIPMENT_FIELDS
from mappers.inbound.status_change import StatusChange, read_event
from mappers.model.company import Company
from mappers.model.outcome import Action, Outcome, Status
from mappers.model.problem import Code
from mappers.model.sync_request import Trigger
from mappers.outbound.outcome_json import encode_outcome
from mappers.planning.amounts import read_charges
from tests.at_once import read_shipment
from tests.builders import COMPANY_ID, ORGANISATION, make_company, make_event, make_line, make_shipment
from tests.fakes.references import reference_data
from tests.outcome_builders import DOCUMENT, make_outcome, rejected, waiting

DOCS = Path(__file__).parents[2] / "docs"
SCHEMAS = DOCS / "schemas"
STORED = Path(__file__).parents[1] / "samples" / "stored"
COMPANIES = {
    name: Company(id=name, organisation=ORGANISATION) for name in (COMPANY_ID, "southern-beef", "tasman-dairy")
}


def schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return content


def is_valid(name: str, value: Any) -> bool:
    validator: Any = Draft202012Validator(schema(name))
    return bool(validator.is_valid(value))


@pytest.mark.parametrize("name", [*MADE, *POSTED])
def test_the_schemas_themselves_are_in_order(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize(("name", "text"), rendered(SCHEMAS).items())
def test_the_committed_file_is_the_generated_one(name: str, text: str) -> None:
    """`python -m deploy.contracts docs/schemas` after a change."""
    assert (SCHEMAS / name).read_text(encoding="utf-8") == text


def test_there_is_no_schema_that_nothing_makes() -> None:
    assert {file.name for file in SCHEMAS.glob("*.json")} == {*rendered(SCHEMAS), "openapi.json"}


@pytest.mark.parametrize("file", sorted((SCHEMAS / "examples").iterdir()), ids=lambda file: file.stem)
def test_an_example_is_valid(file: Path) -> None:
    assert is_valid(file.stem.split(".", 1)[0], json.loads(file.read_text(encoding="utf-8")))


def test_every_schema_has_an_example() -> None:
    assert {file.stem.split(".", 1)[0] for file in (SCHEMAS / "examples").iterdir()} == {*MADE, *POSTED}


def test_the_examples_of_the_pages_are_valid() -> None:
    names = {"shipment.status_changed": "status-change", "accounting.sync_outcome": "outcome"}
    shown = re.findall(r"```json\n(.*?)```", (DOCS / "integrators.md").read_text(encoding="utf-8"), re.DOTALL)
    events = [json.loads(each) for each in shown]
    assert {each["event_type"] for each in events} == set(names)
    assert [each for each in events if not is_valid(names[each["event_type"]], each)] == []


@pytest.mark.parametrize("line", (STORED / "dead_letter.jsonl").read_text(encoding="utf-8").splitlines())
def test_the_headers_of_a_stored_dead_letter_are_valid(line: str) -> None:
    written = [each for each in json.loads(line)["headers"] if each[0].startswith("dlq.")]
    assert is_valid("dead-letter-headers", dict(written))


@pytest.mark.parametrize("kind", ["outcome", "request"])
def test_what_the_first_version_stored_is_valid(kind: str) -> None:
    name = {"outcome": "outcome", "request": "sync-request"}[kind]
    values = [json.loads(json.loads(line)["value"]) for line in (STORED / f"{kind}.jsonl").read_text().splitlines()]
    assert values
    assert [each for each in values if not is_valid(name, each)] == []


class Asked(dict[str, Any]):
    """An object that keeps the names of the fields that were looked for."""

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)


def test_the_schema_describes_every_field_of_a_shipment_that_is_read_and_no_other() -> None:
    line = Asked(make_line())
    shipment = Asked(make_shipment(lines=[line]))
    asked = [make_company(charges={"freight": "200"}), make_company(date_from=("date_of_issue", "created_date"))]
    for company in (*asked, make_company(customer_code="consignee")):
        read_shipment(shipment, company)
        read_charges(shipment, "USD", company, reference_data())
    wanted_attachments(shipment)
    shipment.pop("date_of_issue")
    read_shipment(shipment, asked[1])
    assert shipment.names == set(SHIPMENT_FIELDS)
    assert line.names == set(LINE_FIELDS)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"revision": None, "previous_status": None, "sync_now": None},
        {"event_type": None, "schema_version": None},
        {"something_new": [1, 2, 3]},
        {"shipment": {}},
        {"shipment": make_shipment(exchange_rate=0.6543, lines=[])},
        {"shipment": {"lines": "none"}},
        {"revision": 0},
        {"revision": 7.0},
        {"revision": 2**63 - 1},
        {"revision": 2**63},
        {"occurred_at": "20261120T141522,5+1100"},
        {"occurred_at": "2026-11-20"},
        {"event_id": None},
        {"event_id": 5},
        {"event_id": ""},
        {"event_id": "x" * 256},
        {"company_id": None},
        {"shipment_id": None},
        {"status": None},
        {"status": 1},
        {"shipment": None},
        {"shipment": []},
        {"schema_version": 2},
        {"schema_version": "1"},
        {"event_type": "shipment.deleted"},
        {"revision": -1},
        {"revision": 1.5},
        {"revision": "7"},
        {"previous_status": 3},
        {"sync_now": "yes"},
    ],
)
def test_an_event_is_valid_by_the_schema_where_the_gate_takes_it(change: dict[str, Any]) -> None:
    event = make_event(**change)
    read = read_event(orjson.dumps(event), (), COMPANIES)
    assert is_valid("status-change", event) == (isinstance(read, StatusChange) and not read.faults)


def test_the_demos_events_are_valid_but_the_poison() -> None:
    for sample in load():
        for step in sample.steps:
            if isinstance(step, Publish) and sample.expect.dead_letter != "not_json":
                assert is_valid("status-change", json.loads(step.value)), sample.name


@pytest.mark.parametrize(
    "outcome",
    [
        make_outcome(),
        make_outcome(document=DOCUMENT.model_copy(update={"sub_total": "1265.63", "total_tax": "126.56"})),
        rejected(),
        waiting(for_=("contact:ALOK",)),
        make_outcome(Status.SKIPPED),
    ],
)
def test_outcomes_are_valid(outcome: Outcome) -> None:
    assert is_valid("outcome", json.loads(encode_outcome(outcome)))


def test_an_outcome_without_one_of_its_fields_is_not_valid() -> None:
    whole = json.loads(encode_outcome(make_outcome()))
    # Absent where nobody in particular is known to have asked.
    assert set(schema("outcome")["properties"]) - {"requested_by"} == set(whole)
    assert not [name for name in whole if is_valid("outcome", {each: whole[each] for each in whole if each != name})]


def test_the_schemas_vocabulary_is_the_codes() -> None:
    properties = schema("outcome")["properties"]
    assert properties["status"]["enum"] == [each.value for each in Status]
    assert properties["action"]["enum"] == [*(each.value for each in Action), None]
    assert properties["trigger"]["enum"] == [each.value for each in Trigger]
    problem = {"field": None, "value": None, "message": "", "hint": ""}
    for code in Code:
        outcome = json.loads(encode_outcome(make_outcome())) | {"errors": [{**problem, "code": code.value}]}
        assert is_valid("outcome", outcome)
