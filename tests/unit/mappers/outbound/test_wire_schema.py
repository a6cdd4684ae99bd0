"""A schema made from a model says what is always there, what may be null, and what a field promises besides."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.
from pydantic import BaseModel, Field

from mappers.outbound.outcome_schema import outcome_headers_schema, outcome_schema
from mappers.outbound.wire_schema import wire_schema


class Inner(BaseModel):
    """What programmers read."""

    number: int


class Outer(BaseModel):
    """What programmers read."""

    always: str
    may_be_null: str | None = None
    left_out: str | None = Field(default=None, exclude_if=lambda value: value is None)
    inner: Inner | None = None
    one_or_other: int | list[str] = 0
    left_out_inner: Inner | None = Field(default=None, exclude_if=lambda value: value is None)


def made(**details: dict[str, Any]) -> dict[str, Any]:
    return wire_schema(Outer, {Outer: details, Inner: {"number": {"minimum": 1}}})


def test_what_the_model_leaves_out_is_not_required_and_never_null_and_all_else_is_there() -> None:
    inner = {"$ref": "#/$defs/Inner"}
    assert made() == {
        "type": "object",
        "required": ["always", "may_be_null", "inner", "one_or_other"],
        "properties": {
            "always": {"type": "string"},
            "may_be_null": {"type": ["string", "null"]},
            "left_out": {"type": "string"},
            "inner": {"anyOf": [inner, {"type": "null"}]},
            "one_or_other": {"anyOf": [{"type": "integer"}, {"items": {"type": "string"}, "type": "array"}]},
            "left_out_inner": inner,
        },
        "$defs": {
            "Inner": {
                "type": "object",
                "required": ["number"],
                "properties": {"number": {"type": "integer", "minimum": 1}},
            }
        },
    }


@pytest.mark.parametrize("own", [{"type": "integer"}, {"enum": ["a"]}, {"anyOf": []}])
def test_details_with_a_type_or_values_of_their_own_stand_alone(own: dict[str, Any]) -> None:
    assert made(always=own)["properties"]["always"] == own


def test_other_details_add_to_what_the_type_says() -> None:
    assert made(always={"pattern": "a"})["properties"]["always"] == {"type": "string", "pattern": "a"}


def test_details_of_a_field_that_the_model_lacks_are_refused() -> None:
    with pytest.raises(ValueError, match="Outer has no a, b"):
        made(b={"minimum": 1}, a={"minimum": 1})


def test_attempts_of_an_outcome_count_from_one() -> None:
    attempt = Draft202012Validator(outcome_schema()["properties"]["attempt"])
    assert [attempt.is_valid(number) for number in (0, 1)] == [False, True]


def test_outcomes_of_before_lack_the_schemas_name_and_nobody_has_to_trace() -> None:
    schema = outcome_headers_schema()
    assert schema["properties"].keys() - set(schema["required"]) == {"ce_dataschema", "traceparent"}
