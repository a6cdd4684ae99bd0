"""How a metric is declared: what it is called, what it means, and which series it has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

PREFIX = "shipledger_"


class Kind(StrEnum):
    """What Prometheus calls the type."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Label:
    """A label. `values` are all that there can be; None where they are known only while the worker runs."""

    name: str
    meaning: str
    values: tuple[str, ...] | None = None

    @classmethod
    def closed(cls, name: str, meaning: str, values: Iterable[str], *more: str) -> "Label":
        """One whose values are the members of an enum, and `more`."""
        return cls(name, meaning, (*map(str, values), *more))


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is scraped: `name` is the whole name, `unit` the base unit of its values.

    `pairs` are the combinations of label values that occur, where not all of them do.
    """

    name: str
    kind: Kind
    text: str
    unit: str
    labels: tuple[Label, ...] = ()
    buckets: tuple[float, ...] = ()
    pairs: tuple[tuple[str, ...], ...] | None = None

    @property
    def label_names(self) -> tuple[str, ...]:
        """The names of its labels."""
        return tuple(each.name for each in self.labels)

    def series(self) -> Iterator[tuple[str, ...]]:
        """The label values of every series that is known before anything happens; none where a label is open."""
        if self.pairs is not None:
            yield from self.pairs
            return
        values = [each.values for each in self.labels]
        if all(each is not None for each in values):
            yield from product(*(each for each in values if each is not None))


def counter(name: str, text: str, unit: str, *labels: Label, pairs: Iterable[tuple[str, ...]] | None = None) -> Metric:
    """A number that only grows; its name ends with `_total`."""
    valid = None if pairs is None else tuple(pairs)
    return Metric(f"{PREFIX}{name}_total", Kind.COUNTER, text, unit, labels, pairs=valid)


def gauge(name: str, text: str, unit: str, *labels: Label) -> Metric:
    """A number that goes up and down."""
    return Metric(f"{PREFIX}{name}", Kind.GAUGE, text, unit, labels)


def histogram(name: str, text: str, unit: str, *labels: Label, buckets: tuple[float, ...]) -> Metric:
    """How values are spread over buckets."""
    return Metric(f"{PREFIX}{name}", Kind.HISTOGRAM, text, unit, labels, buckets)
