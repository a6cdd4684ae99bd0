"""Once a night the ledger is compared with Xero: what differs, and nobody told, is told. Nothing is written there."""

from streams.dispatch.lane.drift.judging import judge_again
from streams.dispatch.lane.drift.nightly import NightlyComparison

__all__ = ["NightlyComparison", "judge_again"]
