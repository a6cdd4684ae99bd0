"""What of a topic would lose data, and what an operator may choose."""

import pytest

from streams.topics import (
    DEAD_LETTERS,
    DOCUMENT_LEDGER,
    STATUS_CHANGES,
    SYNC_OUTCOMES,
    SYNC_REQUESTS,
    TOPICS,
    Needs,
    PartitionState,
    TopicSpec,
    TopicState,
    in_words,
    needs_of,
    what_to_do,
)

SPECS = {spec.name: spec for spec in TOPICS}
DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS


def needs(spec: TopicSpec, copies: int = 3, brokers: int = 3, **changes: str) -> list[Needs]:
    """Of a topic as it is made, but for the changes (`_` for `.`)."""
    actual = spec.settings_for(copies) | {name.replace("_", "."): value for name, value in changes.items()}
    state = TopicState(spec.name, (PartitionState(0, 1, frozenset(range(copies)), frozenset({1})),))
    return needs_of([spec], {spec.name: state}, {spec.name: list(actual.items())}, brokers)


@pytest.mark.parametrize("spec", TOPICS, ids=lambda spec: str(spec.name))
@pytest.mark.parametrize("copies", [1, 2, 3, 5])
def test_a_topic_as_it_is_made_needs_nothing(spec: TopicSpec, copies: int) -> None:
    assert needs(spec, copies, brokers=min(copies, 3)) == []


@pytest.mark.parametrize(
    ("topic", "setting", "value", "needed"),
    [
        (DOCUMENT_LEDGER, "cleanup_policy", "delete", "cleanup.policy=compact"),
        (DOCUMENT_LEDGER, "cleanup_policy", "compact,delete", "cleanup.policy=compact"),
        (DOCUMENT_LEDGER, "max_message_bytes", "1048588", "max.message.bytes=8388608"),
        (DOCUMENT_LEDGER, "min_insync_replicas", "1", "min.insync.replicas=2"),
        (DOCUMENT_LEDGER, "min_insync_replicas", "4", "min.insync.replicas=2"),
        (SYNC_OUTCOMES, "cleanup_policy", "compact", "cleanup.policy=delete"),
        (SYNC_OUTCOMES, "max_message_bytes", "1000000", "max.message.bytes=1048588"),
        (SYNC_OUTCOMES, "retention_bytes", "1000000000", "retention.bytes=-1"),
        (SYNC_REQUESTS, "retention_ms", str(DAY_MS), f"retention.ms={WEEK_MS}"),
        (STATUS_CHANGES, "retention_ms", str(DAY_MS), f"retention.ms={WEEK_MS}"),
        (STATUS_CHANGES, "cleanup_policy", "compact", "cleanup.policy=delete"),
        (DEAD_LETTERS, "retention_ms", str(DAY_MS), f"retention.ms={WEEK_MS}"),
    ],
)
def test_what_would_lose_data_is_named_with_what_it_must_be(topic: str, setting: str, value: str, needed: str) -> None:
    found = needs(SPECS[topic], 3, 3, **{setting: value})
    assert in_words(found) == f"{topic} needs {needed}"
    assert what_to_do(found) == "run: shipledger topics create --repair"


@pytest.mark.parametrize(
    ("topic", "setting", "value"),
    [
        (STATUS_CHANGES, "max_message_bytes", "100000"),
        (STATUS_CHANGES, "retention_ms", str(WEEK_MS)),
        (SYNC_OUTCOMES, "retention_ms", str(30 * DAY_MS)),
        (SYNC_REQUESTS, "retention_ms", "-1"),
        (DOCUMENT_LEDGER, "retention_ms", str(DAY_MS)),
        (DOCUMENT_LEDGER, "min_insync_replicas", "3"),
    ],
)
def test_what_an_operator_may_choose_is_left_alone(topic: str, setting: str, value: str) -> None:
    assert needs(SPECS[topic], 3, 3, **{setting: value}) == []


def test_too_few_copies_are_named_and_no_command_of_ours_adds_any() -> None:
    found = needs(SPECS[DOCUMENT_LEDGER], copies=1, brokers=3)
    assert in_words(found) == f"{DOCUMENT_LEDGER} needs 3 copies of each partition instead of 1"
    assert what_to_do(found) == "copies are added by Kafka's own kafka-reassign-partitions.sh"


def test_of_two_copies_either_may_be_lost_by_choice() -> None:
    """To wait for both would stop the work with the loss of either: on two brokers that is the operator's to decide."""
    assert needs(SPECS[DOCUMENT_LEDGER], copies=2, brokers=2, min_insync_replicas="1") == []


def test_settings_that_are_hidden_are_not_judged_but_copies_are() -> None:
    spec = SPECS[DOCUMENT_LEDGER]
    state = TopicState(spec.name, (PartitionState(0, 1, frozenset({1}), frozenset({1})),))
    (found,) = needs_of([spec], {spec.name: state}, {}, 3)
    assert (found.settings, found.copies) == ({}, 3)
