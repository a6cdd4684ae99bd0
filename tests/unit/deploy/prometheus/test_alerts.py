"""The alerts: each fires when it should and not before, says what to do, and asks for metrics that there are."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from streams.ops.metrics.declaration import PREFIX, Kind
from streams.ops.metrics.inventory import INVENTORY
from streams.ops.metrics.metrics import Metrics
from tests.builders import make_company
from tests.unit.deploy.prometheus.programs import FOLDER, ROOT, run

RULES = sorted((FOLDER / "rules").glob("*.yml"))
TESTS = sorted((FOLDER / "tests").glob("*.yml"))
NAMES = {
    f"{metric.name}{suffix}"
    for metric in INVENTORY
    for suffix in (("_bucket", "_sum", "_count") if metric.kind is Kind.HISTOGRAM else ("",))
}


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules() -> list[dict[str, Any]]:
    return [rule for path in RULES for group in read(path)["groups"] for rule in group["rules"]]


ALERTS = [rule for rule in rules() if "alert" in rule]
CASES = [case for path in TESTS for case in read(path)["tests"]]


def name_of(rule: dict[str, Any]) -> str:
    return str(rule["alert"])


def test_the_rules_can_be_read() -> None:
    assert "FAILED" not in run("promtool", "check", "rules", *map(str, RULES))


def test_each_alert_fires_when_it_should_and_not_before() -> None:
    assert "SUCCESS" in run("promtool", "test", "rules", *map(str, TESTS), folder=FOLDER / "tests")


@pytest.mark.parametrize("alert", ALERTS, ids=name_of)
def test_each_alert_has_a_firing_and_a_quiet_case(alert: dict[str, Any]) -> None:
    cases = [case for case in CASES if case["name"].startswith(f"{name_of(alert)} ")]
    asked = [case["promql_expr_test"][0] for case in cases]
    assert all(f'alertname="{name_of(alert)}"' in each["expr"] for each in asked)
    assert {each["exp_samples"][0]["value"] for each in asked} == {0, 1}


@pytest.mark.parametrize("alert", ALERTS, ids=name_of)
def test_each_alert_says_what_it_means_and_what_to_do_first(alert: dict[str, Any]) -> None:
    notes = alert["annotations"]
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert notes["summary"].endswith(".")
    assert notes["description"].strip().endswith(".")
    assert [line.split(" ")[0] for line in notes["first"].splitlines()] == ["1.", "2.", "3."]
    assert notes["runbook_url"].endswith(f"/{name_of(alert)}.md")


@pytest.mark.parametrize("alert", ALERTS, ids=name_of)
def test_the_runbook_says_the_same(alert: dict[str, Any]) -> None:
    page = (ROOT / f"docs/runbooks/{name_of(alert)}.md").read_text(encoding="utf-8")
    words = " ".join(page.split())
    assert f"**{alert['labels']['severity']}:" in page
    assert " ".join(alert["annotations"]["description"].split()) in words
    assert " ".join(alert["annotations"]["first"].split()) in words
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == [
        "What it means",
        "The first three things",
        "Then",
        "It is over when",
    ]


def test_the_operators_page_lists_every_alert_with_its_severity() -> None:
    page = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"^\| \[`(Shipledger\w+)`\]\(runbooks/\1\.md\) \| (\w+) \|", page, re.MULTILINE))
    assert listed == {name_of(each): each["labels"]["severity"] for each in ALERTS}


def test_there_is_no_runbook_of_an_alert_that_is_gone() -> None:
    pages = {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")}
    assert pages == {name_of(each) for each in ALERTS}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule.get("alert") or rule.get("record")))
def test_a_rule_asks_for_metrics_that_there_are(rule: dict[str, Any]) -> None:
    recorded = {each["record"] for each in rules() if "record" in each}
    asked = set(re.findall(rf"\b{PREFIX}[a-z_0-9]+", rule["expr"]))
    assert asked <= NAMES
    assert set(re.findall(r"\bshipledger:[a-z_:0-9]+", rule["expr"])) <= recorded
    assert asked or "shipledger:" in rule["expr"]


@pytest.mark.parametrize("path", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"], ids=lambda p: p.name)
def test_a_page_speaks_of_metrics_that_there_are(path: Path) -> None:
    asked = set(re.findall(rf"`({PREFIX}[a-z_0-9]+)", path.read_text(encoding="utf-8")))
    assert asked <= NAMES | {each.name for each in INVENTORY}


def test_what_a_worker_shows_is_as_prometheus_wants_it() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.expect([make_company()])
    metrics.api_requests.observe("/livez", 200, 0.1)
    assert run("promtool", "check", "metrics", given=generate_latest(registry).decode()) == ""
