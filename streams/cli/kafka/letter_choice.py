"""Which dead letters a command is about."""

import asyncio
from typing import Annotated

import typer

from config.kafka import KafkaSettings
from streams.cli.kafka.letters import place_of
from streams.cli.kafka.records import Record
from streams.cli.kafka.source import read

Reason = Annotated[str | None, typer.Option(help="Only with this dlq.reason.")]
Key = Annotated[str | None, typer.Option(help="Only with this Kafka key, company/shipment.")]
At = Annotated[str | None, typer.Option(help="Only the record that lay at topic/partition/offset, as `list` shows it.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, oldest first.")]


def chosen_letters(
    settings: KafkaSettings,
    reason: str | None = None,
    key: str | None = None,
    at: str | None = None,
    limit: int | None = None,
) -> list[Record]:
    """The letters that are all of this, oldest first. Raises CommandFailedError."""

    def wanted(record: Record) -> bool:
        return (
            (reason is None or record.header("dlq.reason") == reason)
            and (key is None or (record.key or b"").decode(errors="replace") == key)
            and (at is None or place_of(record) == at)
        )

    return asyncio.run(read(settings, settings.topics.dead_letters, wanted, limit))
