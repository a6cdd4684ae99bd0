"""`shipledger send-to-accounting`: Sync Now for up to ten shipments."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import say
from streams.exit_codes import ExitCode

COLUMNS: Final = ("shipment", "answer", "request_id", "code", "message")


def send_to_accounting(
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    shipments: Annotated[list[str], typer.Argument(help="One to ten shipment ids.")],
    *,
    output: OutputOption = Output.TEXT,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Send shipments to Xero now, each only where the company's trigger allows it in its status.

    Exit code 65 where one was refused. `shipledger log` shows what became of them.
    """
    answer = connect(url, token, token_file).send(company, shipments)
    if output is Output.TEXT:
        _say_text(answer)
    else:
        say_rows(output, COLUMNS, _rows(answer))
    if answer["refused"]:
        raise typer.Exit(ExitCode.REFUSED)


def _say_text(answer: Mapping[str, Any]) -> None:
    for accepted in answer["accepted"]:
        say(f"{accepted['shipment']}: accepted as request {accepted['request_id']}")
    for refused in answer["refused"]:
        say(f"{refused['shipment']}: refused, {refused['code']}: {refused['message']}", err=True)


def _rows(answer: Mapping[str, Any]) -> Iterator[Sequence[Cell]]:
    for each in answer["accepted"]:
        yield each["shipment"], "accepted", each["request_id"], None, None
    for each in answer["refused"]:
        yield each["shipment"], "refused", None, each["code"], each["message"]
