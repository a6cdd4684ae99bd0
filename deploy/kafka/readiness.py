"""When a broker counts as up: it answers a request for metadata; an open port says less."""

import asyncio
import socket
from collections.abc import Callable

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

_POLL_SECONDS = 0.1
_REQUEST_SECONDS = 5


async def wait_until_answering(bootstrap_servers: str, *, is_running: Callable[[], bool], seconds: float) -> bool:
    """Wait until the broker answers; False when it ended, or `seconds` went by, before it did."""
    try:
        async with asyncio.timeout(seconds):
            while is_running():
                if await answers(bootstrap_servers):
                    return True
                await asyncio.sleep(_POLL_SECONDS)
    except TimeoutError:
        pass
    return False


async def answers(bootstrap_servers: str) -> bool:
    """Whether a broker at `bootstrap_servers` (`host:port`) answers a request for metadata now."""
    # Asked first because aiokafka logs an error for each refused connection.
    if not await _accepts(bootstrap_servers):
        return False
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=_REQUEST_SECONDS * 1000)
    try:
        await admin.start()
        cluster = await admin.describe_cluster()
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await admin.close()
    return bool(cluster["brokers"])


async def _accepts(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), _REQUEST_SECONDS)
    except (OSError, TimeoutError, socket.gaierror):
        return False
    writer.close()
    await writer.wait_closed()
    return True
