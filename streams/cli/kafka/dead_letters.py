"""`shipledger dead-letters`: what went aside, and sending it again once the cause is gone."""

import asyncio
import os
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from config.kafka import KafkaSettings
from config.settings import Settings
from mappers.model import read_time
from streams.cli.kafka.records import Record, publish, read
from streams.cli.terminal import say
from streams.exit_codes import ExitCode
from streams.topics import DEAD_LETTERS, STATUS_CHANGES, SYNC_REQUESTS

_DLQ = "dlq."
SENT_AGAIN = (STATUS_CHANGES, SYNC_REQUESTS)
"""The topics that others write to, or may: what lies in them is only asked for."""

Reason = Annotated[str | None, typer.Option(help="Only with this dlq.reason.")]
Key = Annotated[str | None, typer.Option(help="Only with this Kafka key, company/shipment.")]
At = Annotated[str | None, typer.Option(help="Only the record that lay at topic/partition/offset, as `list` shows it.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, oldest first.")]


def dead_letters() -> typer.Typer:
    """The group `shipledger dead-letters`."""
    app = typer.Typer(name="dead-letters", help="Look at what went aside, and send it again.", no_args_is_help=True)
    app.command("list")(list_)
    app.command("redrive")(redrive)
    return app


def list_(reason: Reason = None, key: Key = None, at: At = None, limit: Limit = None) -> None:
    """Show the dead letters: where each lay, its key, its reason and what is wrong with it."""
    found = _found(reason, key, at, limit)
    for record in found:
        say(_line(record))
    say(f"{len(found)} dead letters.")


def redrive(
    reason: Reason = None,
    key: Key = None,
    at: At = None,
    limit: Limit = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
) -> None:
    """Publish dead letters again on the topic that each came from, with their original key, value, headers and time.

    Without --yes nothing is published. Only status changes and requests can be: a record of another topic, or one whose
    value was not kept, is left out. A redriven record stays in the dead-letter topic; redriving it twice is harmless,
    as the second request is the same as the first.
    """
    found = _found(reason, key, at, limit)
    for record in found:
        say(_line(record))
    again = [record for record in found if not why_not_again(record)]
    for why, count in Counter(filter(None, map(why_not_again, found))).items():
        say(f"{count} left out: {why}", err=True)
    if yes:
        asyncio.run(publish(_settings(), [(origin(record), without_reasons(record)) for record in again]))
    for topic in SENT_AGAIN:
        of_topic = sum(origin(record) == topic for record in again)
        if of_topic or topic == STATUS_CHANGES:
            published = f"published on {topic}"
            say(f"{of_topic} {published}." if yes else f"{of_topic} would be {published}; with --yes they are.")
    if yes and len(again) < len(found):
        raise typer.Exit(ExitCode.FAILED)


def why_not_again(record: Record) -> str:
    """Why it cannot be published again; empty where it can."""
    topic = origin(record)
    if topic not in SENT_AGAIN:
        where = topic or "a topic that they do not name"
        return f"they came from {where}, where Shipledger alone writes. Send their shipments again with Sync Now."
    # Of a record that did not fit, or could not be read, only sizes and hashes are in its dead letter.
    kept_out = record.header("dlq.value_sha256")
    return "their values were too large, or unreadable, and were not kept." if kept_out else ""


def origin(record: Record) -> str:
    return record.header("dlq.topic")


def without_reasons(record: Record) -> Record:
    """The record as it was before it went aside: without its `dlq.*` headers, at the time that they say.

    An event that says no revision is ordered by that time: with its dead letter's it would pass for a newer one.
    """
    headers = tuple((name, value) for name, value in record.headers if not name.startswith(_DLQ))
    return replace(record, headers=headers, recorded_at=_first_recorded(record) or record.recorded_at)


def _first_recorded(record: Record) -> datetime | None:
    """None where it was not known, or the letter is older than the header."""
    try:
        return read_time(record.header("dlq.recorded_at"))
    except ValueError:
        return None


def _settings() -> KafkaSettings:
    return Settings.load_kafka(os.environ)


def _found(reason: str | None, key: str | None, at: str | None, limit: int | None) -> list[Record]:
    def wanted(record: Record) -> bool:
        return (
            (reason is None or record.header("dlq.reason") == reason)
            and (key is None or (record.key or b"").decode(errors="replace") == key)
            and (at is None or _place(record) == at)
        )

    return asyncio.run(read(_settings(), DEAD_LETTERS, wanted, limit))


def _place(record: Record) -> str:
    return "/".join(record.header(f"dlq.{part}") for part in ("topic", "partition", "offset"))


def _line(record: Record) -> str:
    key = (record.key or b"-").decode(errors="replace")
    failed_at, reason = record.header("dlq.failed_at"), record.header("dlq.reason")
    return f"{failed_at}  {_place(record)}  {key}  {reason}: {record.header('dlq.message')}"
