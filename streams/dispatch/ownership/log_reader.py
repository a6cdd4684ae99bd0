"""Reads a partition of the ledger's topic from some offset to its end."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.ops import bounded

POLL_SECONDS = 0.5
ANSWER_SECONDS = 10.0
SILENT_POLLS = 30
"""Polls in a row that bring nothing and do not move the position, after which the reading is given up."""
READ_AT_ONCE = 1000
"""Objects of so many records are made in one turn of the event loop: some milliseconds. A fetch brings thousands."""


class Message(Protocol):
    """A record of the topic."""

    @property
    def offset(self) -> int:
        """Where it is."""
        ...

    @property
    def key(self) -> Any:
        """Its key: bytes; whoever may write there can leave it out."""
        ...

    @property
    def value(self) -> bytes | None:
        """Its value; None is a tombstone."""
        ...


@dataclass(frozen=True, slots=True)
class LogReader:
    """The partition of the topic, from its first offset to the end that was stable when the reading began.

    Records that `is_ours` denies are stepped over.
    """

    consumer: AIOKafkaConsumer
    topic: TopicPartition
    first: int
    end: int
    on_step: Callable[[], None]
    is_ours: Callable[[Message], bool]

    async def since(self, offset: int) -> AsyncIterator[Sequence[Message]]:
        """The messages from an offset on, some at a time. Positions are compared: control records take offsets too."""
        self.consumer.seek(self.topic, offset)
        position, silent, most = -1, 0, 1
        while (
            now_at := await bounded(self.consumer.position(self.topic), ANSWER_SECONDS, "the ledger's position")
        ) < self.end:
            silent = silent + 1 if now_at == position else 0
            if silent > SILENT_POLLS:
                raise TimeoutError(f"the ledger's topic gave nothing from {position} on; its end is {self.end}")
            position = now_at
            polled = await bounded(
                self.consumer.getmany(self.topic, timeout_ms=int(POLL_SECONDS * 1000), max_records=most),
                ANSWER_SECONDS,
                "the ledger's next records",
            )
            yield [each for each in polled.get(self.topic, ()) if self.is_ours(each)]
            most = READ_AT_ONCE if self._lighten() else 1
            self.on_step()

    def _lighten(self) -> bool:
        """Have what is left of the last fetch given as aiokafka reads it. False where nothing is left.

        The records that it makes of it otherwise take longer to make than all that is done with them here, and it has
        no way to say so. The rest of its reading stays as it is, above all what it leaves out: aborted transactions.
        """
        fetched = self.consumer._fetcher._records.get(self.topic)  # noqa: SLF001  # See above.
        records = getattr(fetched, "_partition_records", None)
        if records is None:
            return False
        records._consumer_record = _as_it_is  # noqa: SLF001  # See above.
        return True


def _as_it_is(_: TopicPartition, record: Message) -> Message:
    return record
