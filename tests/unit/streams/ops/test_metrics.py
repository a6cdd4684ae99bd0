"""The metrics: one inventory, closed labels, bounded series."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from mappers.inbound.dead_letter import PoisonReason
from mappers.model.outcome import Action, Outcome, Status, Waiting
from mappers.model.problem import Code, Problem
from streams.ops.labels import (
    EventResult,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    Part,
    PreventedBy,
    Resolution,
)
from streams.ops.metrics import MOST_ORGANISATIONS, Metrics


def outcome(status: Status, **changes: object) -> Outcome:
    given: dict[str, object] = {
        "outcome_id": UUID(int=1),
        "occurred_at": datetime(2026, 11, 20, tzinfo=UTC),
        "company_id": "southern-beef",
        "shipment_id": "SHP-1",
        "revision": 1,
        "request_id": UUID(int=2),
        "event_id": "e",
        "trigger": "status",
        "status": status,
    }
    return Outcome.model_validate(given | changes)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> Metrics:
    return Metrics(registry)


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(f"shipledger_{name}", labels)


def test_every_metric_has_the_prefix_and_a_help_text(registry: CollectorRegistry, metrics: Metrics) -> None:
    assert metrics.registry is registry
    families = list(registry.collect())
    assert len(families) >= 25
    assert all(family.name.startswith("shipledger_") for family in families)
    assert all(family.documentation.endswith(".") for family in families)


def test_an_event_is_counted_under_its_result(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.event(EventResult.REQUESTED)
    metrics.event(EventResult.REQUESTED)
    metrics.event(EventResult.IGNORED)
    assert value(registry, "events_total", result="requested") == 2
    assert value(registry, "events_total", result="ignored") == 1
    assert value(registry, "events_total", result="dead_lettered") == 0


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (outcome(Status.PROCESSED, action=Action.CREATED), "created"),
        (
            outcome(Status.REJECTED, errors=[Problem(code=Code.CUSTOMER_NOT_FOUND, message="m")]),
            "customer_not_found",
        ),
        (outcome(Status.SKIPPED, warnings=[Problem(code=Code.SUPERSEDED, message="m")]), "superseded"),
        (outcome(Status.WAITING, waiting=Waiting(reason="disconnected")), "disconnected"),
        (outcome(Status.WAITING, waiting=Waiting(reason="the moon")), "other"),
    ],
)
def test_an_outcome_is_counted_under_the_reason_it_names(
    registry: CollectorRegistry, metrics: Metrics, given: Outcome, reason: str
) -> None:
    metrics.outcome(given)
    assert value(registry, "outcomes_total", status=given.status.value, reason=reason) == 1


@pytest.mark.parametrize(
    ("act", "name", "labels"),
    [
        (lambda m: m.observe("x", "y", 0.1), "xero_calls_total", {"operation": "other", "result": "other"}),
        (lambda m: m.throttled("x", 1.0), "throttled_seconds_total", {"limit": "other"}),
        (lambda m: m.reference_call("x", "y"), "reference_uses_total", {"kind": "other", "result": "other"}),
    ],
)
def test_a_label_value_outside_the_closed_set_becomes_other(
    registry: CollectorRegistry, metrics: Metrics, act: Callable[[Metrics], None], name: str, labels: dict[str, str]
) -> None:
    act(metrics)
    assert value(registry, name, **labels) == 1


def test_organisations_beyond_the_first_fifty_share_one_series(registry: CollectorRegistry, metrics: Metrics) -> None:
    for number in range(MOST_ORGANISATIONS + 5):
        metrics.resume_at(f"organisation-{number}", 1.0)
    series = [s for family in registry.collect() for s in family.samples if "resume_timestamp" in s.name]
    assert len(series) == MOST_ORGANISATIONS + 1
    assert value(registry, "resume_timestamp_seconds", organisation="other") == 1


def test_a_time_before_the_event_counts_as_no_time_at_all(registry: CollectorRegistry, metrics: Metrics) -> None:
    """A producer's clock may run ahead of ours."""
    metrics.end_to_end(-3.0)
    assert value(registry, "end_to_end_seconds_sum") == 0
    assert value(registry, "end_to_end_seconds_bucket", le="0.05") == 1


def test_a_broken_invariant_is_shown_as_zero_before_the_first_one(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    assert value(registry, "invariant_violations_total", invariant="one_document") == 0
    metrics.invariant_violated(Invariant.ONE_DOCUMENT)
    assert value(registry, "invariant_violations_total", invariant="one_document") == 1


def test_what_alerts_read_is_shown_as_zero_before_the_first_event(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    assert {value(registry, "dead_letters_total", reason=each) for each in PoisonReason} == {0}
    assert {value(registry, "invariant_violations_total", invariant=each) for each in Invariant} == {0}
    assert {value(registry, "ledger_transaction_failures_total", reason=each) for each in LedgerFailure} == {0}
    metrics.dead_letter(PoisonReason.NOT_JSON)
    assert value(registry, "dead_letters_total", reason="not_json") == 1


def test_the_exposition_can_be_read_after_every_method_was_used(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.event_without_key()
    metrics.lane("o", LaneState.PENDING, 3)
    metrics.oldest_waiting(4.0)
    metrics.lag("g", "t", 1, 5)
    metrics.partitions_owned(Part.DISPATCH, 12)
    metrics.batch(50)
    metrics.quota_remaining("o", "day", 4999)
    metrics.throttled("minute", 2.0)
    metrics.unknown_effect(Resolution.FOUND)
    metrics.duplicate_prevented(PreventedBy.LEDGER)
    metrics.reference_call("contacts", "hit")
    metrics.reference_age("o", 10.0)
    metrics.ledger_transaction(LedgerStep.INTENT, 0.002)
    metrics.restored(Part.PROJECTION, 0.05)
    metrics.loop_lag(0.001)
    metrics.build(version="0.1.0", role="all")
    text = generate_latest(registry).decode()
    assert 'shipledger_consumer_lag_records{group="g",partition="1",topic="t"} 5.0' in text
    assert 'shipledger_lane_depth{organisation="o",state="pending"} 3.0' in text
    assert 'shipledger_build_info{role="all",version="0.1.0"} 1.0' in text
    assert 'shipledger_ledger_transaction_seconds_count{step="intent"} 1.0' in text
