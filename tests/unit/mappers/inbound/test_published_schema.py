"""The published schema says of each field what it is, and takes what the gate takes at its limits."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.inbound import status_change_schema
from mappers.inbound.fields import FIELDS


def test_every_field_that_is_described_has_its_description_and_no_other_an_empty_one() -> None:
    properties: dict[str, dict[str, Any]] = status_change_schema()["properties"]
    assert {name: each.get("description", "") for name, each in properties.items()} == {
        each.name: each.description for each in FIELDS
    }
    assert "description" not in properties["shipment_id"]


def test_the_schema_takes_revisions_from_0_to_the_largest_as_the_gate_does() -> None:
    revision = Draft202012Validator(status_change_schema() | {"required": []})
    said = (-1, "-1", 0, "0", 2**63 - 1, "9223372036854775807", 2**63, "9223372036854775808")
    assert [each for each in said if revision.is_valid({"revision": each})] == list(said[2:6])


@pytest.mark.parametrize("name", ["lines", "attachments"])
def test_what_is_in_a_list_of_the_shipment_is_described_too(name: str) -> None:
    described = status_change_schema()["properties"]["shipment"]["properties"][name]
    assert described["description"]
    assert all(each["description"] for each in described["items"]["properties"].values())
