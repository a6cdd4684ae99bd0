"""The two adapters that the contract of Accounting is tested on."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.xero_client.accounting_adapters import Adapter, FakeAdapter, simulator_adapter


@pytest.fixture(params=["fake", "simulator"])
async def adapter(request: pytest.FixtureRequest) -> AsyncIterator[Adapter]:
    """The fake, then the client against the simulator."""
    if request.param == "fake":
        yield FakeAdapter()
        return
    async with simulator_adapter() as adapter:
        yield adapter
