"""Answers in JSON, and what the API's document says of those that refuse."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import BaseModel
from starlette.responses import Response

from streams.web.calls.models import ApiProblem
from streams.web.problems import PROBLEM_JSON

Documented = dict[int | str, dict[str, Any]]


def answer(body: Mapping[str, Any], *, status: int = 200) -> Response:
    """The object as JSON, as it is: what is stored is answered to the digit."""
    return Response(orjson.dumps(body, default=str), status, media_type="application/json")


def refusals(*statuses: int, model: type[BaseModel] = ApiProblem) -> Documented:
    """What a call documents of its refusals; `streams.web.openapi` adds the models that are referred to here."""
    content = {PROBLEM_JSON: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def refusals_of_all(*statuses: int) -> Documented:
    """`refusals`, and those that every call of the API may be answered."""
    return refusals(*sorted({400, 401, 500, 503, *statuses}))
