"""`shipledger send-to-accounting`: Sync Now for up to ten shipments."""

from typing import Annotated

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.terminal import say
from streams.exit_codes import ExitCode


def send_to_accounting(
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    shipments: Annotated[list[str], typer.Argument(help="One to ten shipment ids.")],
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Send shipments to Xero now, each only where the company's trigger allows it in its status.

    Exit code 65 where one was refused. `shipledger log` shows what became of them.
    """
    answer = connect(url, token, token_file).send(company, shipments)
    for accepted in answer["accepted"]:
        say(f"{accepted['shipment']}: accepted as request {accepted['request_id']}")
    for refused in answer["refused"]:
        say(f"{refused['shipment']}: refused, {refused['code']}: {refused['message']}", err=True)
    if answer["refused"]:
        raise typer.Exit(ExitCode.REFUSED)
