"""The published schema says of each field what it is, wherever there is something to say."""

from typing import Any

import pytest

from mappers.inbound import status_change_schema
from mappers.inbound.fields import FIELDS


def test_every_field_that_is_described_has_its_description_and_no_other_an_empty_one() -> None:
    properties: dict[str, dict[str, Any]] = status_change_schema()["properties"]
    assert {name: each.get("description", "") for name, each in properties.items()} == {
        each.name: each.description for each in FIELDS
    }
    assert "description" not in properties["shipment_id"]


@pytest.mark.parametrize("name", ["lines", "attachments"])
def test_what_is_in_a_list_of_the_shipment_is_described_too(name: str) -> None:
    described = status_change_schema()["properties"]["shipment"]["properties"][name]
    assert described["description"]
    assert all(each["description"] for each in described["items"]["properties"].values())
