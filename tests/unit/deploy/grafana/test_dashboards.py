"""The dashboards: what is committed is what is made, and the rules that Grafana's own linter has for them."""

import re
from pathlib import Path
from typing import Any

import pytest

from deploy.grafana.__main__ import rendered
from deploy.grafana.committed import FILES, FOLDER, Asked, board, panels, queries
from streams.ops.metrics.declaration import PREFIX
from streams.ops.metrics.inventory import INVENTORY
from tests.unit.deploy.prometheus.programs import ROOT, run
from tests.unit.deploy.prometheus.test_alerts import NAMES

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
PANELS = [pytest.param(panel, id=f"{path.stem}-{panel['title']}") for path in FILES for panel in panels(board(path))]
LABELS = {name for metric in INVENTORY for name in metric.label_names} | {"instance", "le", "job"}


def test_what_is_committed_is_what_is_made() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FILES}
    assert committed == rendered(), "python -m deploy.grafana"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dashboard_lets_its_source_be_chosen_and_links_to_runbooks_and_page(path: Path) -> None:
    read = board(path)
    variables = read["templating"]["list"]
    assert (variables[0]["name"], variables[0]["type"], variables[0]["query"]) == (
        "datasource",
        "datasource",
        "prometheus",
    )
    assert all(each["label"] for each in variables)
    assert all(each["datasource"] == SOURCE for each in variables if each["type"] == "query")
    assert {"${runbooks}", "${page}"} <= {link["url"] for link in read["links"]}
    ids = [panel["id"] for panel in read["panels"]]
    assert len(set(ids)) == len(ids)
    assert read["uid"] == path.stem


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_and_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["datasource"] == SOURCE
    assert panel["targets"]


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_does_not_reach_over_the_edge(panel: dict[str, Any]) -> None:
    assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


@pytest.mark.parametrize("panel", PANELS)
def test_the_runbooks_that_a_panel_links_exist(panel: dict[str, Any]) -> None:
    for link in panel.get("links") or ():
        assert (ROOT / link["url"].replace("${runbooks}", "docs/runbooks")).is_file()


@pytest.mark.parametrize("asked", queries(), ids=str)
def test_a_query_has_the_source_a_legend_and_metrics_that_there_are(asked: Asked) -> None:
    assert asked.target["datasource"] == SOURCE
    assert asked.target["legendFormat"]
    assert set(re.findall(rf"\b{PREFIX}[a-z_0-9]+", asked.expr)) <= NAMES
    assert set(re.findall(r"\{\{(\w+)\}\}", asked.target["legendFormat"])) <= LABELS


@pytest.mark.parametrize("asked", queries(), ids=str)
def test_a_rate_is_taken_over_grafanas_own_interval(asked: Asked) -> None:
    """A fixed one is empty where the scrape interval is longer, and skips samples where the step is."""
    assert set(re.findall(r"\[([^\]]+)\]", asked.expr)) <= {"$__rate_interval", "$__range"}
    if re.search(r"\brate\(", asked.expr):
        assert "[$__rate_interval]" in asked.expr


def test_every_query_can_be_read_by_prometheus(tmp_path: Path) -> None:
    """As rules, all in one file; the wrong one is named."""
    lines = ["groups:", "  - name: queries", "    rules:"]
    for number, asked in enumerate(queries()):
        expr = re.sub(r"\$__(rate_interval|range)", "5m", asked.expr)
        lines += [f"      - record: 'query:{number}'", "        expr: |-", f"          {expr}"]
    file = tmp_path / "queries.yml"
    file.write_text("\n".join(lines), encoding="utf-8")
    assert "FAILED" not in run("promtool", "check", "rules", "--lint=none", str(file))


def test_there_are_three() -> None:
    assert [path.stem for path in FILES] == ["shipledger-organisation", "shipledger-overview", "shipledger-worker"]
    assert FOLDER.is_dir()
