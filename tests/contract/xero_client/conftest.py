"""The two arenas of the contract of Accounting."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.xero_client.accounting_adapters import Arena, FakeArena, simulator_arena


@pytest.fixture(params=["fake", "simulator"])
async def arena(request: pytest.FixtureRequest) -> AsyncIterator[Arena]:
    """The fake, then the client against the simulator."""
    if request.param == "fake":
        yield FakeArena()
        return
    async with simulator_arena() as arena:
        yield arena
