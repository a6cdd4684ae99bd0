"""Only more, never less: what counts as a breaking change of the API's document."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from streams.web.compatibility import breaks

OLD: dict[str, Any] = {
    "paths": {
        "/a": {
            "post": {
                "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 100}}],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}},
                    "404": {"content": {"application/problem+json": {"schema": {}}}},
                },
            }
        },
        "/b": {"get": {"responses": {"200": {}}}},
    },
    "components": {
        "schemas": {
            "Body": {"type": "object", "required": ["x"], "properties": {"x": {"type": "string", "enum": ["1", "2"]}}},
            "Answer": {
                "type": "object",
                "required": ["list"],
                "properties": {
                    "list": {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}},
                    "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
            },
        }
    },
}


def changed(change: Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], Any]) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    schemas = new["components"]["schemas"]
    change(new["paths"], schemas["Body"], schemas["Answer"])
    return new


LESS: dict[str, tuple[Callable[[Any, Any, Any], Any], str]] = {
    "a path": (lambda paths, _b, _a: paths.pop("/b"), "GET /b: removed"),
    "a method": (lambda paths, _b, _a: paths["/a"].pop("post"), "POST /a: removed"),
    "a status": (lambda paths, _b, _a: paths["/a"]["post"]["responses"].pop("404"), "POST /a 404: removed"),
    "a type of content": (
        lambda paths, _b, _a: paths["/a"]["post"]["responses"]["404"]["content"].clear(),
        "POST /a 404 application/problem+json: removed",
    ),
    "a parameter": (
        lambda paths, _b, _a: paths["/a"]["post"]["parameters"].clear(),
        "POST /a parameter limit: removed",
    ),
    "a required parameter": (
        lambda paths, _b, _a: paths["/a"]["post"]["parameters"][0].update(required=True),
        "POST /a parameter limit: required now",
    ),
    "a smaller bound": (
        lambda paths, _b, _a: paths["/a"]["post"]["parameters"][0]["schema"].update(maximum=50),
        "POST /a parameter limit: maximum is 50 now",
    ),
    "a lower bound": (
        lambda paths, _b, _a: paths["/a"]["post"]["parameters"][0]["schema"].update(minimum=2),
        "POST /a parameter limit: minimum is 2 now",
    ),
    "a required body": (
        lambda paths, _b, _a: paths["/a"]["post"]["requestBody"].update(required=True),
        "POST /a body: required now",
    ),
    "a required field of a request": (
        lambda _p, body, _a: (body["required"].append("y"), body["properties"].update(y={})),
        "POST /a body.y: required now",
    ),
    "a field of a request": (lambda _p, body, _a: body["properties"].pop("x"), "POST /a body.x: removed"),
    "a value": (lambda _p, body, _a: body["properties"]["x"]["enum"].remove("2"), "POST /a body.x: value '2' removed"),
    "a field of an answer": (lambda _p, _b, answer: answer["properties"].pop("name"), "POST /a 200.name: removed"),
    "a field that was always there": (
        lambda _p, _b, answer: answer["required"].remove("list"),
        "POST /a 200.list: not always there now",
    ),
    "another type": (
        lambda _p, _b, answer: answer["properties"]["list"].update(type="object"),
        "POST /a 200.list: type array is object now",
    ),
    "no null any more": (
        lambda _p, _b, answer: answer["properties"]["name"]["anyOf"].pop(),
        "POST /a 200.name: type null or string is string now",
    ),
}


@pytest.mark.parametrize("case", LESS)
def test_less_is_named(case: str) -> None:
    change, said = LESS[case]
    assert breaks(OLD, changed(change)) == [said]


MORE: list[Callable[[Any, Any, Any], Any]] = [
    lambda _p, _b, _a: None,
    lambda paths, _b, _a: paths.update({"/c": {"get": {"responses": {}}}}),
    lambda paths, _b, _a: paths["/a"]["post"]["responses"].update({"409": {}}),
    lambda paths, _b, _a: paths["/a"]["post"]["parameters"].append({"in": "query", "name": "new", "schema": {}}),
    lambda paths, _b, _a: paths["/a"]["post"]["parameters"][0]["schema"].update(maximum=200),
    lambda _p, body, _a: body["properties"].update(y={"type": "string"}),
    lambda _p, body, _a: body["required"].clear(),
    lambda _p, body, _a: body["properties"]["x"]["enum"].append("3"),
    lambda _p, _b, answer: answer["properties"].update(y={"type": "string"}),
    lambda _p, _b, answer: answer["required"].append("name"),
]


@pytest.mark.parametrize("change", MORE, ids=range(len(MORE)))
def test_more_is_no_break(change: Callable[[Any, Any, Any], Any]) -> None:
    assert breaks(OLD, changed(change)) == []


def test_the_documents_are_not_changed_by_the_comparison() -> None:
    before = json.dumps(OLD)
    breaks(OLD, OLD)
    assert json.dumps(OLD) == before
