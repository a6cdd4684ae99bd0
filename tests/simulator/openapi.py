"""Requests checked against Xero's own OpenAPI description, where a copy lies beside the repository."""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

DESCRIPTION = Path(__file__).parents[3] / "shared" / "data" / "xero_accounting.yaml"
_HOST = "https://api.xero.com"
_PREFIX = "/api.xro/2.0"
_BOOLEANS = {"True": "true", "False": "false"}


def available() -> bool:
    """Whether the description is there; it is not part of this repository."""
    return DESCRIPTION.exists()


def validate(
    method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes | str | None
) -> list[str]:
    """What is wrong with a request, in words; nothing where the description is absent.

    `path` is below the host, with or without `/api.xro/2.0`.
    """
    if not available():
        return []
    request = MockRequest(
        host_url=_HOST,
        method=method.lower(),
        path=_PREFIX + "/" + path.removeprefix(_PREFIX).lstrip("/"),
        args={name: _BOOLEANS.get(value, value) for name, value in query.items()},
        headers=dict(headers),
        data=_data(body),
        content_type=_header(headers, "content-type") or "application/json",
    )
    errors = [_words(error) for error in _description().iter_request_errors(request)]
    bearer = _header(headers, "authorization").startswith("Bearer ")
    return errors if bearer else ["Authorization: Bearer is missing", *errors]


def validate_url(method: str, path: str, headers: Mapping[str, str], body: bytes | str | None) -> list[str]:
    """The same, for a path that carries its query."""
    bare, _, query = path.partition("?")
    return validate(method, bare, dict(parse_qsl(query)), headers, body)


def properties(schema: str) -> list[str]:
    """The field names of one schema."""
    return list(_loaded()["components"]["schemas"][schema]["properties"])


@functools.cache
def _loaded() -> Any:
    """The description, with its `default: 'false'` texts made the booleans they should be.

    Files are described as texts in base64; what is sent is their bytes, which Xero's own libraries send too.
    Its OAuth security is left out, which the validator only warns of; `validate` looks for the bearer token itself.
    """
    return _repaired(yaml.load(DESCRIPTION.read_text(), Loader=yaml.CSafeLoader))


@functools.cache
def _description() -> OpenAPI:
    return OpenAPI.from_dict(_loaded())


def _repaired(node: Any) -> Any:
    if isinstance(node, list):
        return [_repaired(each) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "byte":
        return {}
    repaired = {key: _repaired(value) for key, value in node.items() if key != "security"}
    if repaired.get("type") == "boolean" and isinstance(repaired.get("default"), str):
        repaired["default"] = repaired["default"] == "true"
    return repaired


def _data(body: bytes | str | None) -> bytes | None:
    return body.encode() if isinstance(body, str) else body or None


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _words(error: Exception) -> str:
    cause = error.__cause__
    found = getattr(cause, "schema_errors", None)
    if found:
        return "; ".join(f"{each.json_path}: {each.message}" for each in found)
    return f"{error}: {cause}" if cause else str(error)
