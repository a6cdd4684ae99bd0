"""Nobody who built on a released version is surprised: what changed since is listed, with its reason."""

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.schema_compatibility import published_breaks, read_breaks

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
PUBLISHED = ("outcome", "outcome-headers", "dead-letter-headers", "sync-request")
READ = ("status-change", "sync-request")
RELEASES = sorted(path.name for path in (SCHEMAS / "released").iterdir())


def schema(path: Path, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((path / f"{name}.schema.json").read_text(encoding="utf-8"))
    return read


def released_names(release: str) -> list[str]:
    return [file.name.removesuffix(".schema.json") for file in (SCHEMAS / "released" / release).glob("*.schema.json")]


def breaks(name: str, released: dict[str, Any], now: dict[str, Any]) -> set[str]:
    found = published_breaks(released, now) if name in PUBLISHED else []
    return {*found, *(read_breaks(released, now) if name in READ else [])}


@pytest.mark.parametrize("release", RELEASES)
def test_what_differs_from_a_release_is_listed_with_its_reason(release: str) -> None:
    folder = SCHEMAS / "released" / release
    listed = tomllib.loads((folder / "changes.toml").read_text(encoding="utf-8"))
    found = {name: breaks(name, schema(folder, name), schema(SCHEMAS, name)) for name in released_names(release)}
    assert {name: each for name, each in found.items() if each} == {name: set(each) for name, each in listed.items()}


def test_every_schema_of_the_first_version_is_kept() -> None:
    assert set(released_names("0.1")) == {"outcome", "status-change", "sync-request", "dead-letter-headers"}


def changed(path: tuple[str, ...], change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], None]:
    """Put what `change` makes of the value there in its place."""

    def apply(whole: dict[str, Any]) -> None:
        holder: Any = whole
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = change(holder.get(path[-1]))

    return apply


def without(name: str) -> Callable[[Any], Any]:
    return lambda names: [each for each in names if each != name]


def less(name: str) -> Callable[[Any], Any]:
    return lambda fields: {each: value for each, value in fields.items() if each != name}


BREAKS_A_READER = [
    ("outcome", ("required",), without("waiting"), "waiting: not always there"),
    ("outcome", ("properties",), less("waiting"), "waiting: removed"),
    ("outcome", ("properties", "document", "anyOf"), lambda _: [{"type": "string"}], "document.type: removed"),
    ("outcome", ("properties", "revision", "type"), lambda old: [*old, "string"], "revision: type string"),
    ("outcome", ("properties", "trigger", "enum"), lambda old: [*old, "dreamt"], "trigger: value 'dreamt'"),
    ("outcome", ("properties", "status"), lambda _: {"type": "string"}, "status: any string"),
    ("outcome", ("properties", "schema_version", "const"), lambda _: 2, "schema_version: value 2"),
    ("outcome", ("properties", "attempt", "minimum"), lambda _: 0, "attempt: minimum"),
    ("outcome", ("$defs", "Problem", "required"), without("hint"), "errors[].hint: not always there"),
    ("outcome", ("$defs", "Problem", "properties", "code", "pattern"), lambda _: "^.*$", "errors[].code: pattern"),
    ("outcome", ("$defs", "Waiting", "properties"), less("for"), "waiting.for: removed"),
    ("dead-letter-headers", ("required",), without("dlq.reason"), "dlq.reason: not always there"),
    ("sync-request", ("required",), without("shipment"), "shipment: not always there"),
]
BREAKS_A_SENDER = [
    ("status-change", ("required",), lambda old: [*old, "revision"], "revision: not always there"),
    ("status-change", ("properties", "sync_now"), lambda _: {"type": "boolean"}, "sync_now: type string"),
    ("status-change", ("properties", "event_type"), lambda _: {"const": "other"}, "event_type: any string"),
    ("status-change", ("properties", "shipment", "properties"), less("lines"), "shipment.lines: removed"),
    ("sync-request", ("required",), lambda old: [*old, "asked_at"], "asked_at: not always there"),
]


@pytest.mark.parametrize(("name", "path", "change", "told"), [*BREAKS_A_READER, *BREAKS_A_SENDER])
def test_a_change_that_breaks_is_told(
    name: str, path: tuple[str, ...], change: Callable[[Any], Any], told: str
) -> None:
    """Proof of the oracle, on today's schemas: each was in order before the change."""
    now = schema(SCHEMAS, name)
    after = copy.deepcopy(now)
    changed(path, change)(after)
    assert breaks(name, now, now) == set()
    assert told in breaks(name, now, after)


@pytest.mark.parametrize(
    ("name", "path", "change"),
    [
        ("outcome", ("properties", "new"), lambda _: {"type": "string"}),
        ("outcome", ("required",), lambda old: [*old, "new"]),
        ("outcome", ("properties", "trigger", "enum"), without("released")),
        ("outcome", ("properties", "revision", "type"), lambda _: "integer"),
        ("status-change", ("properties", "new"), lambda _: {"type": "string"}),
        ("status-change", ("required",), without("status")),
        ("status-change", ("properties", "previous_status", "type"), lambda old: [*old, "integer"]),
    ],
)
def test_a_schema_may_grow(name: str, path: tuple[str, ...], change: Callable[[Any], Any]) -> None:
    now = schema(SCHEMAS, name)
    after = copy.deepcopy(now)
    changed(path, change)(after)
    assert breaks(name, now, after) == set()


def test_a_keyword_whose_meaning_is_not_known_is_an_error() -> None:
    """It would else be passed over."""
    with pytest.raises(ValueError, match="dependentRequired"):
        published_breaks({"dependentRequired": {}}, {})
