"""What the worker counts: the methods by which everybody counts, over collectors made from the inventory."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry

from mappers.model import Company
from streams.ops.metrics.collectors import Collectors
from streams.ops.metrics.flow_metrics import FlowMetrics
from streams.ops.metrics.notes.note_metrics import NoteMetrics
from streams.ops.metrics.organisations import ShownOrganisations
from streams.ops.metrics.process_metrics import ProcessMetrics
from streams.ops.metrics.xero_metrics import XeroMetrics


class Metrics(FlowMetrics, XeroMetrics, ProcessMetrics, NoteMetrics):
    """Seconds are floats, counts are integers, timestamps are Unix seconds."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        collectors, shown = Collectors(registry), ShownOrganisations()
        FlowMetrics.__init__(self, collectors, shown)
        XeroMetrics.__init__(self, collectors, shown)
        ProcessMetrics.__init__(self, collectors)
        NoteMetrics.__init__(self, collectors)

    def expect(self, companies: Iterable[Company]) -> None:
        """Know the profile, or another one: what its organisations have not done yet is shown as 0."""
        known = tuple(companies)
        self._shown.expect({company.organisation for company in known})
        self._expect_organisations({company.id: company.organisation for company in known})
        self._expect_calls(known)
        self._expect_companies(tuple(company.id for company in known))
