"""The inventory of metrics: what is scraped is what is declared, and the page says the same."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.parser import text_string_to_metric_families

from streams.ops.metrics.collectors import Collectors
from streams.ops.metrics.declaration import PREFIX, Kind, counter
from streams.ops.metrics.flow import OUTCOMES
from streams.ops.metrics.inventory import INVENTORY
from streams.ops.metrics.metrics import Metrics
from streams.ops.metrics.page import render

ROOT = Path(__file__).parents[4]
CLASSES = {"Counter", "Gauge", "Histogram", "Summary", "Info", "Enum"}
UNITS = {"seconds", "bytes", "none"}


@pytest.fixture
def families() -> dict[str, Family]:
    registry = CollectorRegistry()
    Metrics(registry)
    text = generate_latest(registry).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def test_what_is_scraped_is_what_is_declared(families: dict[str, Family]) -> None:
    declared = {each.name.removesuffix("_total"): (each.kind.value, each.text) for each in INVENTORY}
    assert {name: (family.type, family.documentation) for name, family in families.items()} == declared


def test_names_are_unique_and_say_their_unit() -> None:
    names = [each.name for each in INVENTORY]
    assert len(set(names)) == len(names)
    for metric in INVENTORY:
        assert metric.name.startswith(PREFIX)
        assert metric.text.endswith(".")
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
        if metric.unit in UNITS - {"none"}:
            assert metric.unit in metric.name
        assert (metric.unit == "none") == metric.name.endswith("_info")


def test_every_series_that_is_known_beforehand_is_there_at_zero(families: dict[str, Family]) -> None:
    for metric in INVENTORY:
        suffix = "_count" if metric.kind is Kind.HISTOGRAM else ""
        family = families[metric.name.removesuffix("_total")]
        samples = {
            tuple(sample.labels[name] for name in metric.label_names): sample.value
            for sample in family.samples
            if sample.name == metric.name + suffix
        }
        assert {series: samples[series] for series in metric.series()} == dict.fromkeys(metric.series(), 0.0)


def test_nothing_is_created_beside_what_is_declared(families: dict[str, Family]) -> None:
    assert [s.name for family in families.values() for s in family.samples if s.name.endswith("_created")] == []


def test_a_metric_that_is_not_declared_cannot_be_had() -> None:
    with pytest.raises(KeyError):
        Collectors(CollectorRegistry()).counter(counter("not_declared", "Nothing.", "events"))


def test_a_metric_is_had_as_what_it_is_declared() -> None:
    with pytest.raises(TypeError, match="counter"):
        Collectors(CollectorRegistry()).gauge(OUTCOMES)


def made_elsewhere() -> Iterator[str]:
    for package in ("config", "deploy", "mappers", "streams", "xero_client"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name == "collectors.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            imported = {
                name.asname or name.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("prometheus_client")
                for name in node.names
            } & CLASSES
            calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
            yield from (f"{path}: {call.func.id}" for call in calls if call.func.id in imported)  # type: ignore[attr-defined]


def test_collectors_are_made_from_the_inventory_alone() -> None:
    assert list(made_elsewhere()) == []


def test_no_outcome_has_a_pair_that_does_not_occur() -> None:
    assert OUTCOMES.pairs is not None
    assert ("PROCESSED", "customer_not_found") not in OUTCOMES.pairs
    assert set(product(("REJECTED",), ("customer_not_found", "other", "none"))) <= set(OUTCOMES.pairs)


def test_the_page_is_made_from_the_code() -> None:
    page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    assert page == render(), "python -m streams.ops.metrics.page > docs/metrics.md"
