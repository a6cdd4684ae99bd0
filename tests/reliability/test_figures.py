"""What a report says: no quantile that was not measured, and no bound where something was found."""

import json
from pathlib import Path

import pytest

from tests.reliability.expected import Verdict
from tests.reliability.figures import Report, summary
from tests.reliability.soak import Sample, grown


def test_quantiles_are_measured_values() -> None:
    assert summary([3.0, 1.0, 2.0, 4.0]) == {"n": 4, "p50": 2.0, "p95": 4.0, "p99": 4.0, "max": 4.0}
    assert summary([]) == {"n": 0, "p50": None, "p95": None, "p99": None, "max": None}


def test_a_clean_report_has_its_bound_and_its_n(tmp_path: Path) -> None:
    report = Report("Kills", seeds=[7], verdicts=[Verdict(events=300, raw_requests=4)])
    report.recoveries["killed"] += [1.0] * 100
    report.write(tmp_path, "crash")
    told = json.loads((tmp_path / "crash.json").read_text())
    assert (told["n"], told["events"], told["bound"]) == (100, 300, {"runs": 0.03, "events": 0.01})
    assert "at most 3.00% of cases (3/n)" in (tmp_path / "crash.md").read_text()
    assert report.is_clean


@pytest.mark.parametrize("found", [{"lost": ["event-1-1"]}, {"doubled": ["INV-1"]}, {"wrong": ["INV-1: 1, 2 sent"]}])
def test_what_was_found_is_told_and_there_is_no_bound(tmp_path: Path, found: dict[str, list[str]]) -> None:
    report = Report("Kills", verdicts=[Verdict(events=300, **found)])  # type: ignore[arg-type]  # Each is a list field.
    report.recoveries["killed"] += [1.0] * 100
    report.write(tmp_path, "crash")
    assert not report.is_clean
    assert "3/n" not in (tmp_path / "crash.md").read_text()
    ((name, (what,)),) = found.items()
    assert json.loads((tmp_path / "crash.json").read_text())["what"][name] == [what]


def test_what_is_stuck_is_not_clean() -> None:
    assert not Report("Kills", verdicts=[Verdict(events=3)], stuck=["event-1-1"]).is_clean


def sample(at: float, rss_mb: float = 200.0, descriptors: int = 100, store_mb: float = 1.0) -> Sample:
    return Sample(at, rss_mb, descriptors, threads=20, tasks=80, store_mb=store_mb, unanswered=0)


def test_what_grows_after_the_warming_up_is_found_and_what_is_flat_is_not() -> None:
    warming = [sample(at, rss_mb=20.0 * at) for at in range(10)]
    assert grown(warming + [sample(at) for at in range(30)], events=100) == []
    leaking = warming + [sample(at, descriptors=100 + 4 * at) for at in range(30)]
    (found,) = grown(leaking, events=100)
    assert found.startswith("descriptors grew from")
    assert grown([sample(0, store_mb=500.0)], events=10) == ["the stores take 500 MB for 10 events"]
