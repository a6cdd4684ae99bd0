"""A step of somebody who follows an organisation: whatever goes wrong in it is told, and tried again later."""

from collections.abc import Awaitable, Callable

import structlog

from streams.dispatch.ledger import PartitionLostError
from xero_client.errors import XeroError

log = structlog.get_logger(__name__)


async def one_step(organisation: str, step: Callable[[], Awaitable[float]], put_off: float) -> float:
    """The seconds until the next step: those that `step` returns, or `put_off` where it fails.

    Raises PartitionLostError.
    """
    try:
        return await step()
    except PartitionLostError:
        raise
    except XeroError as error:
        log.warning("watch_put_off", organisation=organisation, error=error.message)
    except Exception:  # It must never be the end of the partition, whose requests it has nothing to do with.
        log.exception("watch_failed", organisation=organisation)
    return put_off
