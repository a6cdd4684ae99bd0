"""Everything between us and Xero: tokens, quota, the client and the reference cache, made from the settings."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import structlog

from config.settings import Settings
from config.xero import XeroSettings
from mappers.model import Company, Needs
from mappers.planning import check_profile
from streams.app.clocks import utc_now
from streams.app.connections import AskedScopes, consent_files, consent_stores, token_sources
from streams.app.expiries import Expiries
from streams.ops import Metrics
from xero_client.accounting import Endpoint, XeroClient
from xero_client.auth import ConnectionTokens, ConsentWatch, TokenEndpoint
from xero_client.errors import XeroError
from xero_client.master_data import CachePolicy, OptionalLists, ReferenceCache, optional_lists_of
from xero_client.quota import QuotaGovernor, QuotaLimits, SystemClock
from xero_client.timeouts import Timeouts
from xero_client.vocabulary import ATTACHMENTS_SCOPE

log = structlog.get_logger(__name__)

SHOWN_EVERY = 1.0
LOOK_EVERY = 0.2
AGAIN_EVERY = 600.0


class XeroServices:
    """What calls Xero for all organisations, and what is remembered of them. `random` gives numbers from 0 to 1."""

    def __init__(
        self,
        settings: Settings,
        companies: Mapping[str, Company],
        metrics: Metrics,
        random: Callable[[], float],
        version: str,
    ) -> None:
        xero = settings.xero
        self._companies = companies
        self._metrics = metrics
        self._on_change: list[Callable[[str], None]] = []
        self._on_connected: list[Callable[[str], None]] = []
        self.names: dict[str, str] = {}
        """What the organisations that were read are called, by id."""
        # Both are looked into at each use, and grow with the profile.
        self._connection_of: dict[str, str] = {}
        self._optional_lists: dict[str, OptionalLists] = {}
        self._know_organisations()
        self._asked = AskedScopes(xero, companies)
        self.governor = QuotaGovernor(
            _limits(xero),
            clock=SystemClock(),
            random=random,
            app_of=self._connection_of,
            on_wait=metrics.throttled,
        )
        endpoint = TokenEndpoint(
            xero.token_url, observer=metrics, monotonic=time.monotonic, sleep=asyncio.sleep, random=random
        )
        self._tokens = ConnectionTokens(
            self._connection_of, token_sources(settings, endpoint, self._asked), monotonic=time.monotonic
        )
        self._consented = consent_files(settings)
        self._consents = ConsentWatch(self._consented, self._connected)
        self.expiries = Expiries(self._tokens.lives, consent_stores(settings), metrics, utc_now)
        timeouts = Timeouts(connect=xero.connect_timeout_seconds, read=xero.read_timeout_seconds)
        self.client = XeroClient(
            Endpoint(xero.base_url, f"shipledger/{version}", timeouts, xero.secret_values()),
            tokens=self._tokens,
            governor=self.governor,
            observer=metrics,
            clock=utc_now,
            monotonic=time.monotonic,
            allow_backorders=xero.allow_backorders,
        )
        self.references = ReferenceCache(
            self.client,
            optional_lists=self._optional_lists,
            policy=CachePolicy(
                refresh_seconds=xero.reference_refresh_seconds, miss_seconds=xero.reference_miss_seconds
            ),
            clock=utc_now,
            monotonic=time.monotonic,
            sleep=asyncio.sleep,
            observer=metrics,
            on_change=self._changed,
            calls_left=self.governor.calls_left_today,
        )

    def profile_switched(self) -> None:
        """Another profile counts from now on; where it is the first to have files attached, tokens have to allow it."""
        self._know_organisations()
        for connection in self._asked.grown():
            if connection in self._consented:
                log.warning("consent_may_lack_scope", connection=connection, scope=ATTACHMENTS_SCOPE)
            else:
                self._tokens.renew_soon(connection)

    def _know_organisations(self) -> None:
        """Those of the present profile beside those of before, where something may be under way."""
        self._connection_of |= {each.organisation: each.connection for each in self._companies.values()}
        self._optional_lists |= optional_lists_of(self._companies.values())

    def trouble_of(self, organisation: str) -> str:
        """What a person has to do about the organisation's connection; empty where nothing."""
        return self._tokens.troubles().get(self._connection_of.get(organisation, ""), "")

    def consent_until(self, organisation: str) -> datetime | None:
        """When the consent behind the organisation ends, as it was last looked up; None where none ends."""
        return self.expiries.consents.get(self._connection_of.get(organisation, ""))

    def subscribe(self, on_change: Callable[[str], None]) -> None:
        """Tell `on_change` the organisation whose master data changed."""
        self._on_change.append(on_change)

    def subscribe_to_consents(self, on_connected: Callable[[str], None]) -> None:
        """Tell `on_connected` the organisation for whose connection somebody may have consented anew."""
        self._on_connected.append(on_connected)

    def why_not_ready(self) -> str:
        """Empty as long as one connection may have a usable token.

        The organisations of the others wait, and are reported, without making the worker unready for those that work.
        """
        troubles = self._tokens.troubles()
        if set(self._connection_of.values()) - set(troubles):
            return ""
        return "; ".join(f"{name}: {what}" for name, what in troubles.items())

    async def check_profiles(self, may_be_read: Callable[[str], bool], company_ids: Iterable[str]) -> None:
        """Read the companies' organisations once, so that the first shipment finds them warm, and say what the profile
        gets wrong.

        `may_be_read` says whether what the ledger knows of the organisation is known here: one that is parked until
        tomorrow must not be called because the worker has started anew. What cannot be read is tried again later.
        A profile that does not fit stops nobody: its shipments are rejected with the same words until it is corrected.
        """
        try_at = dict.fromkeys(company_ids, 0.0)
        while try_at := {each: at for each, at in try_at.items() if each in self._companies}:
            now = time.monotonic()
            left = [self._companies[each] for each, at in try_at.items() if at <= now]
            due = [company for company in left if may_be_read(company.organisation)]
            for company, is_read in zip(due, await asyncio.gather(*map(self._check, due)), strict=True):
                try_at[company.id] = now + AGAIN_EVERY
                if is_read:
                    del try_at[company.id]
            await asyncio.sleep(LOOK_EVERY)

    async def watch_consents(self) -> None:
        """Look for new consents, until cancelled."""
        await self._consents.run()

    async def show_quota(self) -> None:
        """Show what is left of the quota, until cancelled."""
        while True:
            for view in self.governor.snapshot():
                for window, calls in view.remaining.items():
                    self._metrics.quota_remaining(view.organisation, window, calls)
                resume = 0.0 if view.resume_at is None else view.resume_at.timestamp()
                self._metrics.resume_at(view.organisation, resume)
            await asyncio.sleep(SHOWN_EVERY)

    async def close(self) -> None:
        """Abandon what is in flight, and end threads and connections."""
        self.client.close()
        await self._tokens.close()

    async def _check(self, company: Company) -> bool:
        """Whether the organisation could be read."""
        try:
            reference = await self.references.resolve(company.organisation, Needs())
        except XeroError as error:
            log.warning("organisation_not_read", company_id=company.id, error=error.message)
            return False
        self._metrics.organisation_named(company.organisation, reference.organisation.name)
        self.names[company.organisation] = reference.organisation.name
        for problem in check_profile(company, reference):
            log.error("profile_does_not_fit", company_id=company.id, code=problem.code.value, message=problem.message)
        return True

    def _changed(self, organisation: str) -> None:
        for tell in self._on_change:
            tell(organisation)

    def _connected(self, connection: str) -> None:
        self._tokens.retry_now(connection)
        # The new consent may allow more, and its token lies beside it.
        self._tokens.renew_soon(connection)
        for organisation in [each for each, name in self._connection_of.items() if name == connection]:
            for tell in self._on_connected:
                tell(organisation)


def _limits(xero: XeroSettings) -> QuotaLimits:
    return QuotaLimits(
        per_minute=xero.calls_per_minute,
        concurrent=xero.concurrency,
        per_day=xero.calls_per_day,
        app_per_minute=xero.app_calls_per_minute,
        people_reserve=xero.people_reserve,
    )
