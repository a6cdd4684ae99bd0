"""`shipledger replay`: status changes once more through the gate."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import Settings
from mappers.inbound import subject_of
from streams.cli.kafka.records import Record, publish, read
from streams.cli.terminal import say

_MANY = 20


def replay(
    company: Annotated[str | None, typer.Option(help="Only events of this company (as the event says).")] = None,
    shipment: Annotated[str | None, typer.Option(help="Only events of this shipment (as the event says).")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only events recorded at this time (UTC) or later.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only events recorded before this time (UTC).")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, oldest first.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
) -> None:
    """Publish status changes again, with their original key, value and headers.

    Without --yes nothing is published. What the ledger has answered already is not written again: a replay repairs
    what was lost, for example by a wrong profile; it never doubles a document.
    """
    settings = Settings.load_kafka(os.environ)
    first, last = _utc(since), _utc(until)
    topic = settings.topics.status_changes

    def wanted(record: Record) -> bool:
        return is_within(record.recorded_at, first, last) and is_of(record, company, shipment)

    found = asyncio.run(read(settings, topic, wanted, limit))
    for record in found[:_MANY]:
        say(_line(record))
    if len(found) > _MANY:
        say(f"… and {len(found) - _MANY} more")
    if not yes:
        say(f"{len(found)} would be published on {topic}; with --yes they are.")
        return
    count = asyncio.run(publish(settings, [(topic, record) for record in found]))
    say(f"{count} published on {topic}.")


def is_of(record: Record, company: str | None, shipment: str | None) -> bool:
    """Whether the event is of the wanted company and shipment; None matches any.

    The value says whose it is, as for the gate: the key may be absent, or another's. An event that does not say it is
    nobody's.
    """
    if company is None and shipment is None:
        return True
    found = subject_of(record.value, record.headers)
    return found is not None and company in (None, found[0]) and shipment in (None, found[1])


def is_within(recorded_at: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether the record is from `first` on and before `last`; one without a time is where no time is asked for."""
    if recorded_at is None:
        return first is None and last is None
    return (first is None or recorded_at >= first) and (last is None or recorded_at < last)


def _line(record: Record) -> str:
    time = "-" if record.recorded_at is None else record.recorded_at.isoformat()
    found = subject_of(record.value, record.headers)
    return f"{time}  {record.partition}/{record.offset}  {'/'.join(found) if found is not None else '-'}"


def _utc(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
