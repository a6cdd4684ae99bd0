"""`shipledger replay`: status changes once more through the gate."""

import asyncio
import os
from datetime import UTC, datetime
from typing import Annotated

import typer

from config.settings import Settings
from streams.cli.kafka.records import Record, publish, read
from streams.topics import STATUS_CHANGES

_MANY = 20


def replay(
    company: Annotated[str | None, typer.Option(help="Only events of this company (by key).")] = None,
    shipment: Annotated[str | None, typer.Option(help="Only events of this shipment (by key).")] = None,
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

    def wanted(record: Record) -> bool:
        in_time = (first is None or record.recorded_at >= first) and (last is None or record.recorded_at < last)
        return in_time and key_matches(record.key, company, shipment)

    found = asyncio.run(read(settings, STATUS_CHANGES, wanted, limit))
    for record in found[:_MANY]:
        key = (record.key or b"-").decode(errors="replace")
        typer.echo(f"{record.recorded_at.isoformat()}  {record.partition}/{record.offset}  {key}")
    if len(found) > _MANY:
        typer.echo(f"… and {len(found) - _MANY} more")
    if not yes:
        typer.echo(f"{len(found)} would be published on {STATUS_CHANGES}; with --yes they are.")
        return
    count = asyncio.run(publish(settings, [(STATUS_CHANGES, record) for record in found]))
    typer.echo(f"{count} published on {STATUS_CHANGES}.")


def key_matches(key: bytes | None, company: str | None, shipment: str | None) -> bool:
    """Whether the key `company/shipment` is of the wanted company and shipment; None matches any."""
    if company is None and shipment is None:
        return True
    found_company, _, found_shipment = (key or b"").decode(errors="replace").partition("/")
    return company in (None, found_company) and shipment in (None, found_shipment)


def _utc(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
