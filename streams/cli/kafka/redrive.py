"""`shipledger dead-letters redrive`: dead letters published again, as they were."""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from config.settings import Settings
from mappers.inbound import SentAgain, redriven, sent_again_header, why_not_again
from streams.cli.kafka.letter_choice import At, Key, Limit, Reason, chosen_letters
from streams.cli.kafka.letters import COLUMNS as LETTER
from streams.cli.kafka.letters import cells, letter_line
from streams.cli.kafka.records import Record, publish
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import say
from streams.exit_codes import ExitCode

COLUMNS: Final = (*LETTER, "answer", "why")
BY: Final = "the command line"
"""Who it was, for people: whoever runs it has no name in the access file."""


def redrive(
    reason: Reason = None,
    key: Key = None,
    at: At = None,
    limit: Limit = None,
    *,
    output: OutputOption = Output.TEXT,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
) -> None:
    """Publish dead letters again on the topic that each came from, with their original key, value, headers and time.

    Without --yes nothing is published. Only status changes and requests can be: a record of another topic, or one whose
    value was not kept, is left out. A redriven record stays in the dead-letter topic; redriving it twice is harmless,
    as the second request is the same as the first. One more header says that it was sent again, and when. Exit code 1
    where --yes left any out.
    """
    settings = Settings.load_kafka(os.environ)
    found = chosen_letters(settings, reason, key, at, limit)
    whys = [why_not_again(record.headers, settings.topics.open_to_others) for record in found]
    mark = sent_again_header(SentAgain(by=BY, at=datetime.now(UTC)))
    again = [_marked(*as_it_was(record), mark) for record, why in zip(found, whys, strict=True) if not why]
    aside = output is not Output.TEXT
    if not aside:
        for record in found:
            say(letter_line(record))
    if yes:
        asyncio.run(publish(settings, again))
    if aside:
        say_rows(output, COLUMNS, _rows(found, whys, yes=yes))
    for why, count in Counter(filter(None, whys)).items():
        say(f"{count} left out: {why}.", err=True)
    for line in _counts(again, settings.topics.status_changes, yes=yes):
        say(line, err=aside)
    if yes and any(whys):
        raise typer.Exit(ExitCode.FAILED)


def as_it_was(record: Record) -> tuple[str, Record]:
    """The topic that it came from, and the record that is published there."""
    before = redriven(record.headers, record.recorded_at)
    return before.topic, replace(record, headers=tuple(before.headers), recorded_at=before.recorded_at)


def _marked(topic: str, record: Record, mark: tuple[str, bytes]) -> tuple[str, Record]:
    return topic, replace(record, headers=(*record.headers, mark))


def _rows(found: Sequence[Record], whys: Sequence[str], *, yes: bool) -> Iterator[Sequence[Cell]]:
    published = "published" if yes else "would be published"
    for record, why in zip(found, whys, strict=True):
        yield *cells(record), "left out" if why else published, why or None


def _counts(again: Sequence[tuple[str, Record]], usual: str, *, yes: bool) -> Iterator[str]:
    """How many of each topic, of the usual one in any case."""
    for topic, count in {usual: 0, **Counter(topic for topic, _ in again)}.items():
        published = f"published on {topic}"
        yield f"{count} {published}." if yes else f"{count} would be {published}; with --yes they are."
