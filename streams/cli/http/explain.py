"""`shipledger explain`: what a shipment would become, without writing it."""

from typing import Annotated

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.terminal import say_json


def explain(
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    shipment: Annotated[str, typer.Argument(help="The shipment's id.")],
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Print the exact Xero document that a shipment would become now, or every problem. Nothing is written."""
    say_json(connect(url, token, token_file).explain(company, shipment))
