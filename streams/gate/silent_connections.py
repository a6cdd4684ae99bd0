"""A producer of Faust's that hears in time of a connection which is open and silent.

Faust has one setting for two things: how long a record may wait for its broker, and how long a broker may take to
answer (`producer_request_timeout`). The first has to be long, as an outage is waited for, and is 20 minutes. So long a
record was on its way where a firewall, or a host that died, had swallowed the connection: its partition stood still,
and with it the rebalance that waits for what is under way. The time for answers is therefore set on the client by
itself, before it connects; what is not answered goes again on a new connection. The name with an underscore is that of
aiokafka 0.14.
"""

from typing import Final

from aiokafka import AIOKafkaProducer
from faust.transport.drivers.aiokafka import Producer

ANSWER_SECONDS: Final = 30.0


class ImpatientProducer(Producer):
    """As Faust's, but for that."""

    def _new_producer(self, transactional_id: str | None = None) -> AIOKafkaProducer:
        made = super()._new_producer(transactional_id)
        made.client._request_timeout_ms = int(ANSWER_SECONDS * 1000)  # noqa: SLF001  # See the module's docstring.
        return made
