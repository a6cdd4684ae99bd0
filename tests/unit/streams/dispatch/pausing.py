"""What tests of paused companies say and look at."""

import asyncio
from typing import Literal

from mappers.model.outcome import Outcome, Status
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ownership.partition import Partition
from tests.builders import COMPANY_ID, make_company
from tests.unit.streams.dispatch.harness import Harness

NEIGHBOUR = "northern-lamb"


def two_companies() -> Harness:
    """Two companies of one organisation."""
    return Harness(make_company(), make_company(id=NEIGHBOUR))


def of_neighbour(request: SyncRequest) -> SyncRequest:
    return request.model_copy(update={"company_id": NEIGHBOUR})


def pause(harness: Harness, partition: Partition, company_id: str = COMPANY_ID) -> None:
    harness.pauses.pause(company_id)
    partition.steered(by_profile=False)


def resume(harness: Harness, partition: Partition, company_id: str = COMPANY_ID) -> None:
    harness.pauses.resume(company_id)
    partition.steered(by_profile=False)


def told(harness: Harness) -> list[Outcome]:
    return [each for each in harness.topic.outcomes if each.status is Status.WAITING]


def written(harness: Harness) -> list[str]:
    return [number for write in harness.accounting.writes for number in write.numbers]


class Door(asyncio.Event):
    """Holds a call, and says when one stands before it."""

    is_reached = False

    async def wait(self) -> Literal[True]:
        self.is_reached = True
        return await super().wait()
