"""What the page of connections shows, from what this process knows of Xero."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from streams.app.clocks import utc_now
from streams.app.xero_services import XeroServices
from streams.web import OrganisationState
from xero_client.vocabulary import QuotaWindow


class ConnectionView:
    """Implements `web`'s port."""

    def __init__(self, xero: XeroServices) -> None:
        self._xero = xero

    def organisations(self, named: Iterable[str]) -> Mapping[str, OrganisationState]:
        """As the port says."""
        quota = {view.organisation: view for view in self._xero.governor.snapshot()}
        found = {}
        for organisation in named:
            view, age = quota.get(organisation), self._xero.references.age(organisation)
            found[organisation] = OrganisationState(
                name=self._xero.names.get(organisation, ""),
                trouble=self._xero.trouble_of(organisation),
                consent_until=self._xero.consent_until(organisation),
                calls_left=None if view is None else view.remaining[QuotaWindow.DAY],
                resumes_at=None if view is None else view.resume_at,
                master_data_at=None if age is None else utc_now() - timedelta(seconds=age),
            )
        return found
