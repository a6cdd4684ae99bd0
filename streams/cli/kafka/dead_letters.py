"""`shipledger dead-letters`: what went aside, and sending it again once the cause is gone."""

import asyncio
import os
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
    """Publish dead letters again on the topic of status changes, with their original key, value, headers and time.

    Without --yes nothing is published. A redriven record stays in the dead-letter topic; redriving it twice is
    harmless, as the second request is the same as the first.
    """
    found = _found(reason, key, at, limit)
    for record in found:
        say(_line(record))
    # Of a record that did not fit, or could not be read, only sizes and hashes are in its dead letter.
    whole = [record for record in found if not record.header("dlq.value_sha256")]
    if len(whole) < len(found):
        say(
            f"{len(found) - len(whole)} left out: their values were too large, or unreadable, and were not kept.",
            err=True,
        )
    topic = _settings().topics.status_changes
    if not yes:
        say(f"{len(whole)} would be published on {topic}; with --yes they are.")
        return
    count = asyncio.run(publish(_settings(), [(topic, without_reasons(record)) for record in whole]))
    say(f"{count} published on {topic}.")
    if len(whole) < len(found):
        raise typer.Exit(ExitCode.FAILED)


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
