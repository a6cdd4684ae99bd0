"""The harness with nothing faked between the dispatcher and the simulator: the real reference cache and tokens too."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from pydantic import SecretStr

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.company import Company
from streams.dispatch.context import LaneContext
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION
from tests.fakes.xero_collaborators import RecordingObserver
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SCALE, SimulatedHarness, assert_clean
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from xero_client.auth.access_tokens import ConnectionTokens
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_source import ClientCredentialsSource
from xero_client.collaborators import Resource
from xero_client.master_data.cache import ReferenceCache
from xero_client.master_data.lists import optional_lists_of
from xero_client.master_data.policy import CachePolicy
from xero_client.port import Accounting

CONNECTION = "default"


class FullStackHarness(SimulatedHarness):
    """One owner of the partition in one process, as the worker makes them."""

    def __init__(self, simulator: Simulator, *companies: Company) -> None:
        super().__init__(simulator, *companies)
        clock = self.driven
        endpoint = TokenEndpoint(
            simulator.token_url,
            observer=RecordingObserver(),
            monotonic=clock.monotonic,
            sleep=clock.sleep,
            random=lambda: 0.5,
        )
        credentials = ClientCredentials(CONNECTION, CLIENT_ID, SecretStr("demo-secret"))
        custom = ClientCredentialsSource(credentials, endpoint, clock.monotonic)
        self.connection = ConnectionTokens({ORGANISATION: CONNECTION}, {CONNECTION: custom}, monotonic=clock.monotonic)
        self.use(self.connection)
        self.partition: Partition | None = None
        self.cache = ReferenceCache(
            self.client,
            optional_lists=optional_lists_of(tuple(self.companies.values())),
            policy=CachePolicy(),
            clock=clock.utc,
            monotonic=clock.monotonic,
            sleep=clock.sleep,
            observer=self.metrics,
            on_change=self._changed,
            calls_left=self.governor.calls_left_today,
        )

    def context(self, accounting: Accounting | None = None) -> LaneContext:
        """The real collaborators, all of them."""
        return replace(super().context(accounting), references=self.cache)

    def own(self) -> Partition:
        """A new owner, who is told when master data changed."""
        self.partition = super().own()
        return self.partition

    def is_read_since(self, seconds: float) -> bool:
        """Whether contacts, items and settings were read since that time of the monotonic clock."""
        references = self.cache._organisations[ORGANISATION]
        lists = (Resource.CONTACTS, Resource.ITEMS, *references.settings)
        return all(references.was_read_at(each) >= seconds for each in lists)

    async def skip(self, seconds: float) -> None:
        """Let time pass while no call is under way, which would be over time at once."""
        await self.until(lambda: not self.client._threads._running)
        self.advance(seconds)

    def _changed(self, organisation: str) -> None:
        if self.partition is not None:
            self.partition.master_data_changed(organisation)


@asynccontextmanager
async def full_stack(check: RequestCheck, *companies: Company) -> AsyncIterator[FullStackHarness]:
    """A simulator and a harness on it, its cache refreshed in the background; checked at the end as in `simulated`."""
    async with Simulator.started(clock=SimClock(scale=SCALE)) as simulator:
        harness = FullStackHarness(simulator, *companies)
        freshening = asyncio.create_task(harness.cache.keep_fresh())
        try:
            yield harness
        finally:
            simulator.state.faults.clear()
            freshening.cancel()
            await asyncio.wait([freshening])
            harness.client.close()
            await harness.connection.close()
        assert check.problems(simulator.state.request_log) == []
        assert_clean(simulator)
        assert harness.client.without_intent == []
