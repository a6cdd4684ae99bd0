"""Which organisations have series of their own, and gauges in which the rest is one."""

from collections.abc import Callable, Collection, Iterable

from prometheus_client import Gauge

from streams.ops.labels import OTHER

MOST_ORGANISATIONS = 50


class ShownOrganisations:
    """The first 50; the number of series is bounded whatever the profile has.

    Prometheus, "Instrumentation": do not overuse labels.
    """

    def __init__(self) -> None:
        self._shown: set[str] = set()

    def name(self, organisation: str) -> str:
        """The organisation itself, or `other`."""
        if organisation not in self._shown:
            if len(self._shown) >= MOST_ORGANISATIONS:
                return OTHER
            self._shown.add(organisation)
        return organisation

    def expect(self, organisations: Collection[str]) -> None:
        """Show these from the start, where there is room for all; else those that are heard of first."""
        if len(self._shown | set(organisations)) <= MOST_ORGANISATIONS:
            self._shown.update(organisations)

    def known(self, organisation: str) -> str:
        """The organisation itself where it is shown already, or `other`."""
        return organisation if organisation in self._shown else OTHER


class OrganisationGauge:
    """A gauge whose first label is the organisation. Of the rest it shows what `of_rest` makes of all their values.

    Were each of them to set the one series, the last would hide the one that is stuck.
    """

    def __init__(self, gauge: Gauge, shown: ShownOrganisations, of_rest: Callable[[Iterable[float]], float]) -> None:
        self._gauge = gauge
        self._shown = shown
        self._of_rest = of_rest
        self._rest: dict[tuple[str, ...], dict[str, float]] = {}

    def set(self, organisation: str, value: float, *labels: str) -> None:
        """Set the organisation's value."""
        name = self._shown.name(organisation)
        if name != OTHER:
            self._gauge.labels(name, *labels).set(value)
            return
        if labels not in self._rest:
            rest = self._rest[labels] = {}
            # Worked out when somebody looks: thousands of organisations set theirs each second.
            self._gauge.labels(OTHER, *labels).set_function(lambda: self._of_rest(tuple(rest.values())))
        self._rest[labels][organisation] = value
