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
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.letters import COLUMNS, cells, letter, letter_lines, place_of
from streams.cli.kafka.records import Record, publish
from streams.cli.kafka.source import read
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import say, say_json
from streams.exit_codes import ExitCode
from streams.topics import TopicNames

_DLQ = "dlq."

Reason = Annotated[str | None, typer.Option(help="Only with this dlq.reason.")]
Key = Annotated[str | None, typer.Option(help="Only with this Kafka key, company/shipment.")]
At = Annotated[str | None, typer.Option(help="Only the record that lay at topic/partition/offset, as `list` shows it.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, oldest first.")]


def dead_letters() -> typer.Typer:
    """The group `shipledger dead-letters`."""
    app = typer.Typer(name="dead-letters", help="Look at what went aside, and send it again.", no_args_is_help=True)
    app.command("list")(list_)
    app.command("show")(show)
    app.command("redrive")(redrive)
    return app


def list_(
    reason: Reason = None, key: Key = None, at: At = None, limit: Limit = None, *, output: OutputOption = Output.TEXT
) -> None:
    """Show the dead letters: where each lay, its key, its reason and what is wrong with it."""
    found = _found(reason, key, at, limit)
    if output is not Output.TEXT:
        say_rows(output, COLUMNS, map(cells, found))
        return
    for record in found:
        say(_line(record))
    say(f"{len(found)} dead letters.")


def show(
    at: Annotated[str, typer.Argument(help="Where the record lay, topic/partition/offset, as `list` shows it.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show everything of one dead letter: why it went aside, its headers, its key and its value.

    What is no text is shown in Base64. Exit code 1 where no letter is of that place.
    """
    found = _found(None, None, at, None)
    if not found:
        raise CommandFailedError(
            f"There is no dead letter of {at}; `shipledger dead-letters list` shows where each lay."
        )
    letters = [letter(record) for record in found]
    if as_json:
        say_json(letters)
        return
    for each in letters:
        for line in letter_lines(each):
            say(line)


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
    topics = _settings().topics
    reasons = [why_not_again(record, topics) for record in found]
    again = [record for record, why in zip(found, reasons, strict=True) if not why]
    for why, count in Counter(filter(None, reasons)).items():
        say(f"{count} left out: {why}", err=True)
    if yes:
        asyncio.run(publish(_settings(), [(origin(record), without_reasons(record)) for record in again]))
    for topic in _sent_again(topics):
        of_topic = sum(origin(record) == topic for record in again)
        if of_topic or topic == topics.status_changes:
            published = f"published on {topic}"
            say(f"{of_topic} {published}." if yes else f"{of_topic} would be {published}; with --yes they are.")
    if yes and len(again) < len(found):
        raise typer.Exit(ExitCode.FAILED)


def _sent_again(topics: TopicNames) -> tuple[str, str]:
    """Those that others write to, or may: what lies in them is only asked for."""
    return topics.status_changes, topics.sync_requests


def why_not_again(record: Record, topics: TopicNames) -> str:
    """Why it cannot be published again; empty where it can."""
    topic = origin(record)
    if topic not in _sent_again(topics):
        where = topic or "a topic that they do not name"
        return f"they came from {where}, where Shipledger alone writes. Send their shipments again with Sync Now."
    # Of a record that did not fit, or could not be read, only sizes and hashes are in its dead letter.
    kept_out = record.header("dlq.value_sha256")
    return "their values were too large, or unreadable, and were not kept." if kept_out else ""


def origin(record: Record) -> str:
    """The topic that it came from; empty where it does not say."""
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
            and (at is None or place_of(record) == at)
        )

    return asyncio.run(read(_settings(), _settings().topics.dead_letters, wanted, limit))


def _line(record: Record) -> str:
    key = (record.key or b"-").decode(errors="replace")
    failed_at, reason = record.header("dlq.failed_at"), record.header("dlq.reason")
    return f"{failed_at}  {place_of(record)}  {key}  {reason}: {record.header('dlq.message')}"
