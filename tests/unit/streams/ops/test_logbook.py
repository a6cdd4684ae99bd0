"""What the code logs is what the catalogue and docs/logs.md say: names, levels and fields, in one spelling."""

import ast
from collections.abc import Iterator
from pathlib import Path

from streams.dispatch.lane.watching.one_step import COMPARISON_STEP, FILES_STEP, WATCH_STEP
from streams.ops.logbook.events import EVENTS, FIELDS
from streams.ops.logbook.page import render
from streams.ops.logs import LIBRARY_LINE
from tests.unit.streams.ops.test_log_event_names import PACKAGES, logged

ROOT = Path(__file__).parents[4]
# Names that are handed on as arguments, and the fields behind `**`.
STEPS = (WATCH_STEP, COMPARISON_STEP, FILES_STEP)
GIVEN = {
    "event": ("projection_interrupted", "projection_partitions_changed", "projection_rebuilt"),
    "put_off": tuple(each.put_off for each in STEPS),
    "failed": tuple(each.failed for each in STEPS),
}
COORDINATES = {"topic", "partition", "offset"}


def calls() -> Iterator[tuple[str, str, set[str]]]:
    for path in (each for package in PACKAGES for each in sorted(package.rglob("*.py"))):
        for call in logged(ast.parse(path.read_text(encoding="utf-8"))):
            assert isinstance(call.func, ast.Attribute)
            level = {"exception": "error"}.get(call.func.attr, call.func.attr)
            fields = set[str]() if call.func.attr != "exception" else {"exception"}
            for keyword in call.keywords:
                fields |= (
                    COORDINATES if keyword.arg is None else {{"exc_info": "exception"}.get(keyword.arg, keyword.arg)}
                )
            first = call.args[0]
            names = (str(first.value),) if isinstance(first, ast.Constant) else GIVEN[ast.unparse(first)]
            yield from ((name, level, fields) for name in names)


def test_every_event_is_in_the_catalogue_with_its_level_and_fields() -> None:
    """A new event, or a new field of one, has a line in `streams/ops/logbook/events.py`."""
    for name, level, fields in calls():
        assert name in EVENTS, f"{name} is not in the catalogue"
        assert (name, level) == (name, EVENTS[name].level)
        assert fields - set(EVENTS[name].fields) == set(), f"fields of {name}"


def test_nothing_is_in_the_catalogue_that_is_not_logged() -> None:
    found: dict[str, set[str]] = {LIBRARY_LINE: {"message", "suppressed"}}
    for name, _, fields in calls():
        found.setdefault(name, set()).update(fields)
    assert found == {name: set(event.fields) for name, event in EVENTS.items()}


def test_every_field_is_explained_once() -> None:
    assert {field for event in EVENTS.values() for field in event.fields} == set(FIELDS)
    assert not set(FIELDS) & {"company", "shipment", "tenant", "org", "organisation_id", "err", "exc"}


def test_the_page_is_made_from_the_code() -> None:
    page = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
    assert page == render(), "python -m streams.ops.logbook.page > docs/logs.md"
