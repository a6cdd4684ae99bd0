"""The page docs/metrics.md: every metric, its labels and their values.

`python -m streams.ops.metrics.page > docs/metrics.md` writes it.
"""

import sys
from typing import Final

from streams.ops.metrics.declaration import Label, Metric
from streams.ops.metrics.inventory import SECTIONS

_HEAD: Final = """\
# Metrics

What `/metrics` shows, in Prometheus' text format. Names and labels are stable: none is renamed, and label values are
only added. Times are seconds, sizes bytes, moments Unix time. A series whose label values are known beforehand is there
from the start, at 0; so are those of the organisations of the profile, where it has 50 or fewer. Beside these there are
the process's own (`process_resident_memory_bytes`, `process_cpu_seconds_total`, …).

Of more than 50 organisations the first 50 that are seen have series of their own. The others share the series `other`:
counters add up, depths too, ages and moments show the greatest, quotas the smallest.

This page is made from the code: `python -m streams.ops.metrics.page > docs/metrics.md`.
"""
_MOST_LISTED: Final = 24


def render() -> str:
    """The page."""
    return "\n".join([_HEAD, *(_section(title, metrics) for title, metrics in SECTIONS)])


def _section(title: str, metrics: tuple[Metric, ...]) -> str:
    return f"## {title}\n\n" + "\n".join(_entry(each) for each in metrics)


def _entry(metric: Metric) -> str:
    lines = [f"### `{metric.name}`", "", f"{metric.kind.value}, {_unit(metric)}. {metric.text}", ""]
    lines += [_label(each) for each in metric.labels]
    if metric.buckets:
        lines.append(f"* buckets: {', '.join(f'{each:g}' for each in metric.buckets)}")
    return "\n".join(lines).rstrip() + "\n"


def _unit(metric: Metric) -> str:
    return "no unit" if metric.unit == "none" else metric.unit


def _label(label: Label) -> str:
    if label.values is None:
        return f"* `{label.name}`: {label.meaning}"
    listed = ", ".join(f"`{each}`" for each in label.values[:_MOST_LISTED])
    more = ", …" if len(label.values) > _MOST_LISTED else ""
    return f"* `{label.name}`: {label.meaning}. {listed}{more}"


if __name__ == "__main__":
    sys.stdout.write(render())
