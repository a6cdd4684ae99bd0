"""How it is measured: events and outcomes with their times, calls, processor time, and how times spread."""

from benchmarks.measures.calls import Calls
from benchmarks.measures.cpu import Spent
from benchmarks.measures.memory import MEGABYTE, Memory, forget_peak
from benchmarks.measures.spread import MILLISECONDS, SPREAD_COLUMNS, Spread
from benchmarks.measures.stage_timings import StageTimings, Stopwatch, stage_timings
from benchmarks.measures.traffic import Traffic
from benchmarks.measures.turns import MOST, longest_turns, watched_turns

__all__ = [
    "MEGABYTE",
    "MILLISECONDS",
    "MOST",
    "SPREAD_COLUMNS",
    "Calls",
    "Memory",
    "Spent",
    "Spread",
    "StageTimings",
    "Stopwatch",
    "Traffic",
    "forget_peak",
    "longest_turns",
    "stage_timings",
    "watched_turns",
]
