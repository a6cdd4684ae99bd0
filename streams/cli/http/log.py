"""`shipledger log`: the integration log of shipments."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import typer
from rich.cells import cell_len, set_cell_size

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.http.log_rows import COLUMNS, rows
from streams.cli.http.log_words import LogLine, headline, lines
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import in_one_line, say, say_json

_HEADS: Final = ("Date and time", "Status", "Asked for by", "Document", "Total")


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

    Times are to the minute in this machine's zone; `--output json`, `csv` and `table` have them in UTC, to the
    millisecond.
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
        if found := lines(log):
            _say_lines(found)


def _say_lines(found: Sequence[LogLine]) -> None:
    """A table whose lines have what they say below them, for that is as long as it is."""
    rows = [_HEADS, *(line.cells for line in found)]
    widths = [max(cell_len(in_one_line(row[column])) for row in rows) for column in range(len(_HEADS))]
    say(_aligned(_HEADS, widths))
    for line in found:
        say(_aligned(line.cells, widths))
        for each in line.says:
            say(f"      {each}")


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """The last one, an amount, at its right edge."""
    *texts, amount = map(in_one_line, cells)
    padded = [set_cell_size(text, width) for text, width in zip(texts, widths, strict=False)]
    return "  ".join(("", *padded, amount.rjust(widths[-1]))).rstrip()
