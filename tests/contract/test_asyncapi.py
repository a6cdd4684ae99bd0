"""The AsyncAPI document holds together, and says what the topics are.

That AsyncAPI's own parser takes it is tested in `tests/artefacts/test_contracts.py`.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]  # It publishes no types.

from config.settings import Settings
from streams.topics import COMPANY_PAUSES, DEAD_LETTERS, STATUS_CHANGES, SYNC_OUTCOMES, SYNC_REQUESTS, TOPICS

FILE = Path(__file__).parents[2] / "docs" / "schemas" / "asyncapi.json"
DOES = {
    ("receive", STATUS_CHANGES),
    ("send", SYNC_REQUESTS),
    ("receive", SYNC_REQUESTS),
    ("send", SYNC_OUTCOMES),
    ("send", DEAD_LETTERS),
    ("send", COMPANY_PAUSES),
    ("receive", COMPANY_PAUSES),
}


def document() -> dict[str, Any]:
    """As it is committed."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for each in value.values():
            yield from references(each)
    elif isinstance(value, list):
        for each in value:
            yield from references(each)


def found(whole: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/"), "the document stands by itself"
    place: Any = whole
    for step in reference[2:].split("/"):
        place = place[step]
    return place


def test_every_reference_has_something_at_its_end() -> None:
    whole = document()
    pointers = set(references(whole))
    assert len(pointers) > len(whole["channels"])
    assert all(found(whole, each) for each in pointers)


def test_nothing_is_described_that_nothing_refers_to() -> None:
    whole = document()
    named = {f"#/components/{kind}/{name}" for kind, parts in whole["components"].items() for name in parts}
    assert named == {each for each in references(whole) if each.startswith("#/components/")}


def test_every_topic_is_a_channel_with_the_settings_that_it_is_made_with() -> None:
    channels = {each["address"]: each["bindings"]["kafka"] for each in document()["channels"].values()}
    told = {topic: binding["topicConfiguration"] for topic, binding in channels.items()}
    settings = {
        topic: {name: ",".join(value) if isinstance(value, list) else str(value) for name, value in each.items()}
        for topic, each in told.items()
    }
    assert settings == {spec.name: dict(spec.settings) for spec in TOPICS}


def test_a_prefix_before_the_topics_is_described() -> None:
    whole = document()
    told = whole["info"]["description"]
    (variable,) = re.findall(r"SHIPLEDGER_[A-Z_]+", told)
    environ = {variable: "prod.", "SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    names = Settings.load_kafka(environ).topics.all
    assert set(names) == {f"prod.{each['address']}" for each in whole["channels"].values()}


def test_the_operations_are_what_shipledger_does() -> None:
    whole = document()
    each = whole["operations"].values()
    assert {(one["action"], found(whole, one["channel"]["$ref"])["address"]) for one in each} == DOES


@pytest.mark.parametrize("name", document()["components"]["messages"])
def test_a_messages_examples_are_valid_by_the_document_itself(name: str) -> None:
    """By draft 7, which is what AsyncAPI's own dialect adds to; so no schema leans on what only later drafts have."""
    whole = document()
    message = whole["components"]["messages"][name]
    assert message["examples"]
    for part in {"payload", "headers"} & message.keys():
        shown = [example[part] for example in message["examples"] if part in example]
        validator: Any = Draft7Validator({**message[part], "components": whole["components"]})
        assert shown
        assert [fault.message for each in shown for fault in validator.iter_errors(each)] == []
