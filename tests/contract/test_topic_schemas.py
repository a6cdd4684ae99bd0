"""docs/schemas/*.schema.json say what the code does: judged alike, on the same values."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from deploy.demo.samples import Publish, load
from mappers.inbound.published_schema import LINE_FIELDS, SHIPMENT_FIELDS, render
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

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
COMPANIES = {
    name: Company(id=name, organisation=ORGANISATION) for name in (COMPANY_ID, "southern-beef", "tasman-dairy")
}


def schema(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return content


def is_valid(name: str, value: Any) -> bool:
    validator: Any = Draft202012Validator(schema(name))
    return bool(validator.is_valid(value))


@pytest.mark.parametrize("name", ["status-change", "outcome"])
def test_the_schemas_themselves_are_in_order(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_the_schema_of_status_changes_is_made_from_the_reader() -> None:
    """`python -m mappers.inbound.published_schema > docs/schemas/status-change.schema.json` after a change."""
    assert (SCHEMAS / "status-change.schema.json").read_text(encoding="utf-8") == render()


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
    assert set(schema("outcome")["properties"]) == set(whole)
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
