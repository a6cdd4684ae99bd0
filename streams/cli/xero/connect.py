"""`shipledger connect`: a person's consent, asked for once and kept encrypted."""

import os
from collections.abc import Iterator, Sequence
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from config.attachments import scopes_for
from config.profile_rules import connection_name
from config.settings import Settings
from config.xero import DEFAULT_CONNECTION, ConnectionSettings
from mappers.model import Company
from streams.cli.configuration import load
from streams.cli.errors import CommandFailedError
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import say
from streams.exit_codes import ExitCode

COLUMNS: Final = ("organisation", "name", "company", "answer")


def connect(
    *,
    connection: Annotated[str, typer.Option(help="The connection, as the profile names it.")] = DEFAULT_CONNECTION,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Listen here, not at the port of SHIPLEDGER_XERO__REDIRECT_URI."),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the address in a browser where there is a desktop.")] = True,
    wait: Annotated[float, typer.Option(min=1, max=3600, help="Seconds to wait for the answer.")] = 300.0,
    output: OutputOption = Output.TEXT,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Print a key for SHIPLEDGER_XERO__TOKEN_KEY, and do nothing else.")
    ] = False,
) -> None:
    """Sign in to Xero for a connection with the grant authorization_code, and keep its tokens for the workers.

    Names the organisations that the connection reaches, the companies of the profile that they serve, and those that
    are missing. Workers take a new consent up by themselves. A custom connection needs none of this.

    Exit code 1 where Xero refused, nobody answered, or a company of the connection is still missing; 78 for a faulty
    configuration.
    """
    if new_key:
        from xero_client.auth import new_key as made  # noqa: PLC0415 - cryptography is heavy for `--help`.

        say(made().get_secret_value())
        return
    settings, companies = load(os.environ)
    name = connection_name(connection)
    credentials = _credentials(settings, name)
    from streams.cli.xero.consent import Question, ask  # noqa: PLC0415 - a web server and cryptography are heavy for `--help`.

    scopes = scopes_for(settings.xero, name, credentials, companies)
    question = Question(name, credentials, scopes, _redirect_uri(settings, port), wait, open_browser=browser)
    found = {each.organisation.lower(): each.name for each in ask(settings, question)}
    own = [each for each in companies if each.connection == name]
    if output is not Output.TEXT:
        say_rows(output, COLUMNS, _rows(found, own))
    _report(found, own, aside=output is not Output.TEXT)


def _credentials(settings: Settings, name: str) -> ConnectionSettings:
    credentials = settings.xero.credentials().get(name)
    if credentials is None:
        known = ", ".join(settings.xero.credentials())
        raise CommandFailedError(f"There is no connection {name}; configured are: {known}.")
    if credentials.grant != "authorization_code":
        variable = "GRANT" if name == DEFAULT_CONNECTION else f"CONNECTIONS__{name.upper()}__GRANT"
        raise CommandFailedError(
            f"The connection {name} signs in by itself and needs no consent. If its app in Xero is no custom "
            f"connection, set SHIPLEDGER_XERO__{variable}=authorization_code."
        )
    return credentials


def _redirect_uri(settings: Settings, port: int | None) -> str:
    parts = urlsplit(settings.xero.redirect_uri)
    return parts.geturl() if port is None else parts._replace(netloc=f"{parts.hostname}:{port}").geturl()


def _rows(found: dict[str, str], companies: Sequence[Company]) -> Iterator[Sequence[Cell]]:
    """One for each company of the connection, and for each organisation that serves none."""
    for each in companies:
        name = found.get(each.organisation.lower())
        yield each.organisation.lower(), name, each.id, "missing" if name is None else "connected"
    served = {each.organisation.lower() for each in companies}
    yield from ((each, name, None, "connected") for each, name in found.items() if each not in served)


def _report(found: dict[str, str], companies: Sequence[Company], *, aside: bool) -> None:
    """Say whom the organisations serve (`found`: names by tenant id). Ends with exit code 1 where one is missing."""
    for organisation, name in found.items():
        served = [each.id for each in companies if each.organisation.lower() == organisation]
        whom = f"serves {', '.join(served)}" if served else "serves no company of the profile"
        say(f"connected: {name} ({organisation}) {whom}", err=aside)
    missing = [each for each in companies if each.organisation.lower() not in found]
    for company in missing:
        say(
            f"missing: company {company.id}: its organisation {company.organisation} is not connected; run this again "
            "and choose it in Xero, or correct the profile",
            err=True,
        )
    if missing:
        raise typer.Exit(ExitCode.FAILED)
