"""`shipledger dead-letters`: what went aside, and sending it again once the cause is gone."""

import os
from typing import Annotated

import typer

from config.settings import Settings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.letter_choice import At, Key, Limit, Reason, chosen_letters
from streams.cli.kafka.letters import COLUMNS, PARTS, cells, letter, letter_line, letter_lines, part_rows
from streams.cli.kafka.redrive import redrive
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.paragraphs import in_paragraphs
from streams.cli.terminal import say, say_json


def dead_letters() -> typer.Typer:
    """The group `shipledger dead-letters`."""
    app = typer.Typer(name="dead-letters", help="Look at what went aside, and send it again.", no_args_is_help=True)
    app.command("list", help=in_paragraphs(list_.__doc__))(list_)
    app.command("show", help=in_paragraphs(show.__doc__))(show)
    app.command("redrive", help=in_paragraphs(redrive.__doc__))(redrive)
    return app


def list_(
    reason: Reason = None, key: Key = None, at: At = None, limit: Limit = None, *, output: OutputOption = Output.TEXT
) -> None:
    """Show the dead letters: where each lay, its key, its reason and what is wrong with it."""
    found = chosen_letters(Settings.load_kafka(os.environ), reason, key, at, limit)
    if output is not Output.TEXT:
        say_rows(output, COLUMNS, map(cells, found))
        return
    for record in found:
        say(letter_line(record))
    say(f"{len(found)} dead letters.")


def show(
    at: Annotated[str, typer.Argument(help="Where the record lay, topic/partition/offset, as `list` shows it.")],
    *,
    output: OutputOption = Output.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json.")] = False,
) -> None:
    """Show everything of one dead letter: why it went aside, its headers, its key and its value.

    What is no text is shown in Base64. Exit code 1 where no letter is of that place.
    """
    found = chosen_letters(Settings.load_kafka(os.environ), at=at)
    if not found:
        raise CommandFailedError(
            f"There is no dead letter of {at}; `shipledger dead-letters list` shows where each lay."
        )
    letters = [letter(record) for record in found]
    output = Output.JSON if as_json else output
    if output is Output.JSON:
        say_json(letters)
    elif output is Output.TEXT:
        for line in (line for each in letters for line in letter_lines(each)):
            say(line)
    else:
        say_rows(output, PARTS, (row for each in letters for row in part_rows(each)))
