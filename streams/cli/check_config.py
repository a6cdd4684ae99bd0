"""`shipledger check-config`: whether a worker would start with this configuration."""

import os
from collections.abc import Iterator

from config.settings import Settings
from mappers.model import Company, XeroFacts
from streams.cli.configuration import load
from streams.cli.terminal import say


def check_config() -> None:
    """Check the settings, the company profile and the facts; print them, secrets masked, or every fault with its place.

    Exit code 78 with faults. Nothing is connected to: `shipledger doctor` does that.
    """
    settings, companies = load(os.environ)
    _print_settings(settings)
    for line in _in_force(companies[0].facts):
        say(line)
    for company in companies:
        say(_described(company))
    say(f"The configuration is in order: {len(companies)} companies.")


def _print_settings(settings: Settings) -> None:
    for variable, value in settings.describe():
        say(f"{variable}={value}")


def _in_force(facts: XeroFacts) -> Iterator[str]:
    """What is taken for true of Xero: every company has the same."""
    for (name, answer), (_, assumed) in zip(facts, XeroFacts(), strict=True):
        note = "as assumed" if answer == assumed else f"by the file of facts; assumed is {_written(assumed)}"
        yield f"Xero's {name}: {_written(answer)} ({note})"


def _written(answer: str | bool) -> str:
    return str(answer).lower()


def _described(company: Company) -> str:
    when = company.trigger.value
    if company.trigger_statuses:
        when += f" ({', '.join(company.trigger_statuses)})"
    return f"{company.id}: {company.document.value} as {company.document_status} in {company.organisation} by {when}"
