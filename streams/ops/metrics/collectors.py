"""Makes the collectors of a registry from the inventory, and nothing besides."""

from typing import TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from streams.ops.metrics.declaration import Kind, Metric
from streams.ops.metrics.inventory import INVENTORY

AnyCollector = Counter | Gauge | Histogram
Wanted = TypeVar("Wanted", Counter, Gauge, Histogram)


class Collectors:
    """One collector for each declared metric; the series that are known beforehand are there, at 0.

    No series and no trouble look alike to an alert, and `rate` does not see the first event of a series that begins
    with it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        # Without: twice the series, for a time that no query of ours asks for.
        disable_created_metrics()  # type: ignore[no-untyped-call]  # Its library has no hint there.
        self._made = {metric.name: _collector(metric, registry) for metric in INVENTORY}

    def counter(self, metric: Metric) -> Counter:
        """The counter that was declared as this. Raises KeyError for a metric that is not in the inventory."""
        return self._of(metric, Counter)

    def gauge(self, metric: Metric) -> Gauge:
        """The gauge."""
        return self._of(metric, Gauge)

    def histogram(self, metric: Metric) -> Histogram:
        """The histogram."""
        return self._of(metric, Histogram)

    def _of(self, metric: Metric, kind: type[Wanted]) -> Wanted:
        made = self._made[metric.name]
        if not isinstance(made, kind):
            raise TypeError(f"{metric.name} is declared as a {metric.kind}")
        return made


def _collector(metric: Metric, registry: CollectorRegistry) -> AnyCollector:
    made: AnyCollector
    match metric.kind:
        case Kind.COUNTER:
            made = Counter(metric.name, metric.text, metric.label_names, registry=registry)
        case Kind.GAUGE:
            made = Gauge(metric.name, metric.text, metric.label_names, registry=registry)
        case Kind.HISTOGRAM:
            made = Histogram(metric.name, metric.text, metric.label_names, registry=registry, buckets=metric.buckets)
    if metric.labels:
        for values in metric.series():
            made.labels(*values)
    return made
