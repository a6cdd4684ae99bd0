"""The metrics: one inventory, closed labels, bounded series."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from mappers.inbound.dead_letter import PoisonReason
from mappers.model.outcome import Action, Outcome, Status, Waiting, WaitingReason
from mappers.model.problem import Code, Problem
from mappers.model.sync_request import Trigger
from streams.ops.labels import (
    EventResult,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    Part,
    PreventedBy,
    Resolution,
    WaitedFor,
)
from streams.ops.metrics.metrics import Metrics
from streams.ops.metrics.organisations import MOST_ORGANISATIONS
from tests.builders import make_company

UNANSWERED = "oldest_unanswered_seconds"
CAUSES = ("customer_not_found", "other", "period_locked")
FIRST, SECOND = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11", "9a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e12"


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


def value(registry: CollectorRegistry, name: str, /, **labels: str) -> float | None:
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


def test_of_the_rest_the_one_series_hides_none_that_is_stuck(registry: CollectorRegistry, metrics: Metrics) -> None:
    """Each of them sets it: the last value alone would be that of any of them."""
    for number in range(MOST_ORGANISATIONS):
        metrics.resume_at(f"organisation-{number}", 0.0)
    for name, depth, age, left in (("a", 3, 700.0, 4), ("b", 2, 5.0, 900)):
        metrics.lane(name, LaneState.PENDING, depth)
        metrics.oldest_unanswered(name, {WaitedFor.NOTHING: age})
        metrics.quota_remaining(name, "day", left)
    assert value(registry, "lane_depth", organisation="other", state="pending") == 5
    assert value(registry, "oldest_unanswered_seconds", organisation="other", waited_for="nothing") == 700
    assert value(registry, "quota_remaining", organisation="other", window="day") == 4


def test_a_time_before_the_request_counts_as_no_time_at_all(registry: CollectorRegistry, metrics: Metrics) -> None:
    """A broker's clock may run ahead of ours."""
    metrics.end_to_end(-3.0, Trigger.STATUS, WaitedFor.NOTHING)
    labels = {"trigger": "status", "waited_for": "nothing"}
    assert value(registry, "end_to_end_seconds_sum", **labels) == 0
    assert value(registry, "end_to_end_seconds_bucket", le="0.05", **labels) == 1


def test_what_waits_for_something_else_now_is_no_longer_shown_under_what_it_waited_for(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    metrics.oldest_unanswered("o", {WaitedFor.QUOTA: 90.0})
    metrics.oldest_unanswered("o", {WaitedFor.NOTHING: 91.0})
    shown = {
        each: value(registry, "oldest_unanswered_seconds", organisation="o", waited_for=each) for each in WaitedFor
    }
    assert shown == {"nothing": 91, "quota": 0, "xero": 0, "people": 0}


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (None, WaitedFor.NOTHING),
        ("", WaitedFor.NOTHING),
        (WaitingReason.OUT_OF_QUOTA, WaitedFor.QUOTA),
        (WaitingReason.UNAVAILABLE, WaitedFor.XERO),
        (WaitingReason.DISCONNECTED, WaitedFor.PEOPLE),
        ("paused", WaitedFor.PEOPLE),
    ],
)
def test_what_was_waited_for_is_told_by_the_reason_of_the_wait(reason: str | None, expected: WaitedFor) -> None:
    assert WaitedFor.of(reason) is expected


def test_what_no_longer_stands_still_is_shown_as_none(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.attention({("southern-beef", "customer_not_found"): 3, ("southern-beef", "odd"): 1})
    metrics.attention({("southern-beef", "period_locked"): 1})
    shown = {each: value(registry, "attention_shipments", company="southern-beef", cause=each) for each in CAUSES}
    assert shown == {"customer_not_found": 0, "other": 0, "period_locked": 1}


def test_what_the_profiles_organisations_have_not_done_is_shown_as_zero(
    registry: CollectorRegistry, metrics: Metrics
) -> None:
    companies = [make_company(id="a", organisation=FIRST), make_company(id="b", organisation=FIRST)]
    metrics.expect([*companies, make_company(id="c", organisation=SECOND)])
    for organisation in (FIRST, SECOND):
        outcomes = {value(registry, "organisation_outcomes_total", organisation=organisation, status=s) for s in Status}
        assert outcomes == {0}
        assert value(registry, "organisation_xero_calls_total", organisation=organisation, result="ok") == 0
    assert value(registry, "organisation_info", organisation=FIRST, name="", companies="a,b") == 1
    assert value(registry, "company_info", company="b", organisation=FIRST) == 1
    metrics.outcome(outcome(Status.PROCESSED, action=Action.CREATED, company_id="b"))
    metrics.observe("create_invoice", "ok", 0.1, SECOND)
    assert value(registry, "organisation_outcomes_total", organisation=FIRST, status="PROCESSED") == 1
    assert value(registry, "organisation_xero_calls_total", organisation=SECOND, result="ok") == 1


def test_an_organisation_has_one_name(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.expect([make_company(id="a", organisation=FIRST)])
    for name in ("Southern Beef", "Southern Beef", "Southern Beef Ltd"):
        metrics.organisation_named(FIRST, name)
    shown = [
        s.labels["name"] for f in registry.collect() for s in f.samples if s.name == "shipledger_organisation_info"
    ]
    assert shown == ["Southern Beef Ltd"]


def test_answers_are_counted_by_route_and_status(registry: CollectorRegistry, metrics: Metrics) -> None:
    metrics.api_requests.expect(["/livez"])
    assert value(registry, "api_requests_total", route="/livez", status="200") == 0
    for route, status in (("/livez", 200), ("/livez", 503), ("/secret/path", 404), ("", 777)):
        metrics.api_requests.observe(route, status, 0.01)
    assert value(registry, "api_requests_total", route="/livez", status="503") == 1
    assert value(registry, "api_requests_total", route="other", status="404") == 1
    assert value(registry, "api_requests_total", route="other", status="other") == 1
    assert value(registry, "api_request_seconds_count", route="other") == 2


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
