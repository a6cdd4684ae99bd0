"""Every benchmark runs, at a size that says nothing about speed, and its promises about counts hold."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import SCENARIOS
from benchmarks.environment import Environment
from benchmarks.options import Options

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
TINY = replace(
    Options(),
    samples=2,
    spacing=0.1,
    load_seconds=2.0,
    shipments=60,
    pace=600.0,
    backlog=120,
    speed=20.0,
    organisations=3,
    each=3,
    noisy=60,
    small=20,
    large=2,
    flood=50,
    flood_seconds=1.0,
    events=600,
    rows=600,
    mixed=33,
    listed=300,
    burst=30,
    burst_organisations=3,
    scrapes=5,
    scraped=3,
    half_open=20,
    people=3,
)


# Two wait for a worker to fall behind and to catch up again, a minute each; the other starts people beside one.
LONG = ("fairness", "floods", "clicking")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long) if name in LONG else name for name in SCENARIOS]
)
async def test_a_scenario_measures_what_it_says(kafka: Any, tmp_path: Path, name: str) -> None:
    """Its table is complete, and no promise is missed but those about time, for which it is too small."""
    report = await SCENARIOS[name](Environment(tmp_path, kafka.bootstrap_servers, seed=1), TINY)
    assert report.name == name
    assert report.rows
    assert {len(row) for row in report.rows} == {len(report.columns)}
    counted = [target for target in report.targets if "ms" not in target.measured and "times" not in target.measured]
    assert [target for target in counted if target.met is False] == []
