"""`shipledger log`: the integration log of shipments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.http.log_rows import COLUMNS, rows
from streams.cli.http.log_words import LogLine, headline, lines
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import is_terminal, say, say_json, say_table

_COLUMNS: Final = ("Date and time", "Status", "Asked for by", "Document", "Total", "What it says")


def log(
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    shipments: Annotated[list[str], typer.Argument(help="Shipment ids.")],
    *,
    output: OutputOption = Output.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json: the API's JSON.")] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Show what became of shipments, newest first, and what people did to their documents in Xero.

    On a terminal it is a table. Times are to the minute in this machine's zone; `--output json`, `csv` and `table` have
    them in UTC, to the millisecond.
    """
    logs = connect(url, token, token_file).logs(company, shipments)
    output = Output.JSON if as_json else output
    if output is Output.JSON:
        say_json(logs)
    elif output is Output.TEXT:
        _say_text(logs)
    else:
        say_rows(output, COLUMNS, rows(logs))


def _say_text(logs: Sequence[Mapping[str, Any]]) -> None:
    for log in logs:
        say(headline(log))
        if not (found := lines(log)):
            continue
        if is_terminal():
            say_table(_COLUMNS, _cells(found), right={"Total"})
        else:
            _say_lines(found)


def _cells(found: Iterable[LogLine]) -> Iterator[Sequence[str]]:
    """A row for each line; what it says more than one thing of goes on below."""
    for line in found:
        first, *others = line.says or ("",)
        yield line.at, line.status, line.asked, line.document, line.total, first
        yield from (("", "", "", "", "", each) for each in others)


def _say_lines(found: Iterable[LogLine]) -> None:
    for line in found:
        words = (line.at, line.status, line.asked, line.document, line.total)
        say("  " + "  ".join(each for each in words if each))
        for each in line.says:
            say(f"    {each}")
