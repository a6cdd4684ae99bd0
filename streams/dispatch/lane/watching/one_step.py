"""A step of what goes on beside an organisation's requests: what goes wrong in it is told, and tried again later."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

import structlog

from streams.dispatch.ledger import PartitionLostError
from xero_client.errors import XeroError

log = structlog.get_logger(__name__)


class StepEvents(NamedTuple):
    """What the log calls a step that failed: because of Xero, and by a fault of ours."""

    put_off: str
    failed: str


WATCH_STEP: Final = StepEvents("watch_put_off", "watch_failed")
COMPARISON_STEP: Final = StepEvents("comparison_put_off", "comparison_failed")
FILES_STEP: Final = StepEvents("attachments_put_off", "attachments_failed")


async def one_step(
    organisation: str, step: Callable[[], Awaitable[float]], pause: float, events: StepEvents = WATCH_STEP
) -> float:
    """The seconds until the next step: those that `step` returns, or `pause` where it fails.

    Raises PartitionLostError.
    """
    put_off, failed = events
    try:
        return await step()
    except PartitionLostError:
        raise
    except XeroError as error:
        log.warning(put_off, organisation=organisation, error=error.message)
    except Exception:  # It must never be the end of the partition, whose requests it has nothing to do with.
        log.exception(failed, organisation=organisation)
    return pause
