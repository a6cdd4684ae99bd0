"""`shipledger connect`: a person's consent, asked for once and kept encrypted."""

import os
from typing import Annotated

import typer

from config.settings import Settings
from config.xero import DEFAULT_CONNECTION
from streams.cli.failure import CommandFailedError


def connect(
    connection: Annotated[str, typer.Argument(help="The connection, as the profile names it.")] = DEFAULT_CONNECTION,
    *,
    browser: Annotated[bool, typer.Option(help="Open the address in a browser.")] = True,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Print a key for SHIPLEDGER_XERO__CONSENT_KEY, and do nothing else.")
    ] = False,
) -> None:
    """Sign in to Xero for a connection with the grant "consent", and keep its tokens for the workers.

    A custom connection needs none of this. Prints the organisations that the connection reaches. Workers take a new
    consent up by themselves.
    """
    if new_key:
        from xero_client.tokens_store import new_key as made  # noqa: PLC0415 - see below.

        typer.echo(made().get_secret_value())
        return
    xero = Settings.load(os.environ).xero
    credentials = xero.credentials().get(connection.lower().replace("-", "_"))
    if credentials is None or credentials.grant != "consent":
        raise CommandFailedError(
            f'The connection {connection} is not one with the grant "consent" (SHIPLEDGER_XERO__GRANT, '
            "SHIPLEDGER_XERO__CONNECTIONS__<NAME>__GRANT); a custom connection needs no consent."
        )
    from streams.cli.consent import ask  # noqa: PLC0415 - a web server and cryptography are heavy for `--help`.

    for organisation in ask(xero, connection.lower().replace("-", "_"), credentials, open_browser=browser):
        typer.echo(f"connected: {organisation.name}  organisation = {organisation.organisation!r}")
