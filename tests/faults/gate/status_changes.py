"""A stream of status changes for the gate, and how far the gate has committed it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from streams.topics import STATUS_CHANGES
from tests.builders import encode, make_company, make_event, make_shipment

EVENTS = 2_000
SHIPMENTS = 250
# Several organisations, so that requests go to several partitions and are acknowledged out of order.
COMPANIES = {f"c{number}": make_company(id=f"c{number}", organisation=f"org-{number}") for number in range(8)}
GROUP = "shipledger-gate"
_SHIPMENT = make_shipment()


@dataclass(frozen=True)
class Change:
    """Event `number` of the stream; each shipment has revisions in ascending order."""

    number: int

    @property
    def is_poison(self) -> bool:
        return self.number % 97 == 13

    @property
    def is_ignored(self) -> bool:
        return not self.is_poison and self.number % 10 == 7

    @property
    def event_id(self) -> str:
        return f"e{self.number}"

    @property
    def key(self) -> bytes:
        return f"{self._company}/{self._shipment_id}".encode()

    @property
    def value(self) -> bytes:
        if self.is_poison:
            return f"poison {self.number}".encode()
        overrides = {"status": "BOOKED"} if self.is_ignored else {}
        return encode(
            make_event(
                event_id=self.event_id,
                company_id=self._company,
                shipment_id=self._shipment_id,
                revision=self.number // SHIPMENTS + 1,
                shipment=_SHIPMENT,
                **overrides,
            )
        )

    @property
    def _company(self) -> str:
        return f"c{self.number % SHIPMENTS % len(COMPANIES)}"

    @property
    def _shipment_id(self) -> str:
        return f"S{self.number % SHIPMENTS}"


CHANGES = [Change(number) for number in range(EVENTS)]
REQUESTED = {change.event_id for change in CHANGES if not change.is_ignored and not change.is_poison}
POISON = {change.value for change in CHANGES if change.is_poison}


async def publish(servers: str, changes: Iterable[Change]) -> dict[str, tuple[TopicPartition, int]]:
    """Put the changes on the topic; returns where each one stands, by its event id."""
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=5) as producer:
        sent = {
            change.event_id: await producer.send(STATUS_CHANGES, change.value, key=change.key) for change in changes
        }
        await producer.flush()
    stands = {event_id: await each for event_id, each in sent.items()}
    return {event_id: (each.topic_partition, each.offset) for event_id, each in stands.items()}


async def committed(servers: str) -> dict[TopicPartition, int]:
    """The gate's committed offsets."""
    partitions = [TopicPartition(STATUS_CHANGES, number) for number in range(4)]
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, group_id=GROUP, enable_auto_commit=False)
    consumer.assign(partitions)
    await consumer.start()
    try:
        return {partition: await consumer.committed(partition) or 0 for partition in partitions}
    finally:
        await consumer.stop()


def below(offsets: dict[TopicPartition, int], stands: dict[str, tuple[TopicPartition, int]]) -> Iterator[str]:
    """The ids of the events before the offsets."""
    return (event_id for event_id, (partition, offset) in stands.items() if offset < offsets[partition])
