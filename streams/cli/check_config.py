"""`shipledger check-config`: whether a worker would start with this configuration."""

import os

import typer

from config.settings import Settings
from mappers.model import Company
from streams.cli.configuration import load


def check_config() -> None:
    """Check the settings and the company profile; print them, secrets masked, or every fault with its place.

    Exit code 78 with faults. Nothing is connected to: `shipledger doctor` does that.
    """
    settings, companies = load(os.environ)
    _print_settings(settings)
    for company in companies:
        typer.echo(_described(company))
    typer.echo(f"The configuration is in order: {len(companies)} companies.")


def _print_settings(settings: Settings) -> None:
    for variable, value in settings.describe():
        typer.echo(f"{variable}={value}")


def _described(company: Company) -> str:
    when = company.trigger.value
    if company.trigger_statuses:
        when += f" ({', '.join(company.trigger_statuses)})"
    return f"{company.id}: {company.document.value} as {company.document_status} in {company.organisation} by {when}"
