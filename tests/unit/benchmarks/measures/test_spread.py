"""Percentiles are measurements that were made, never values in between."""

import pytest

from benchmarks.measures.spread import Spread


@pytest.mark.parametrize(("share", "seconds"), [(0.5, 0.02), (0.95, 0.04), (0.25, 0.01), (0.26, 0.02), (0.0, 0.01)])
def test_percentile_is_the_smallest_that_the_share_does_not_exceed(share: float, seconds: float) -> None:
    assert Spread.of([0.04, 0.01, 0.03, 0.02]).at(share) == seconds


def test_one_measurement_is_every_percentile() -> None:
    spread = Spread.of([0.0123])
    assert spread.cells() == ("1", "12.3", "12.3", "12.3", "12.3")
    assert spread.as_json() == {"n": 1, "p50_ms": 12.3, "p95_ms": 12.3, "p99_ms": 12.3, "max_ms": 12.3}


def test_nothing_measured_is_an_error_and_not_a_zero() -> None:
    with pytest.raises(ValueError, match="nothing was measured"):
        Spread.of([])
