"""`shipledger check-config`: whether a worker would start with this configuration."""

import os
from collections.abc import Iterator, Sequence
from typing import Final

from config.settings import Settings
from mappers.model import Company, XeroFacts
from streams.cli.configuration import load
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import say

COLUMNS: Final = ("kind", "name", "value", "note")


def check_config(output: OutputOption = Output.TEXT) -> None:
    """Check the settings, the company profile and the facts; print them, secrets masked, or every fault with its place.

    Exit code 78 with faults. Nothing is connected to: `shipledger doctor` does that.
    """
    settings, companies = load(os.environ)
    if output is Output.TEXT:
        _say_text(settings, companies)
    else:
        say_rows(output, COLUMNS, _rows(settings, companies))
    say(f"The configuration is in order: {len(companies)} companies.", err=output is not Output.TEXT)


def _say_text(settings: Settings, companies: Sequence[Company]) -> None:
    for variable, value in settings.describe():
        say(f"{variable}={value}")
    for name, answer, note in _in_force(companies[0].facts):
        say(f"Xero's {name}: {answer} ({note})")
    for company in companies:
        say(f"{company.id}: {_described(company)}")


def _rows(settings: Settings, companies: Sequence[Company]) -> Iterator[Sequence[Cell]]:
    for variable, value in settings.describe():
        yield "setting", variable, value, None
    for name, answer, note in _in_force(companies[0].facts):
        yield "fact", name, answer, note
    for company in companies:
        yield "company", company.id, _described(company), None


def _in_force(facts: XeroFacts) -> Iterator[tuple[str, str, str]]:
    """What is taken for true of Xero, and on whose word: every company has the same."""
    for (name, answer), (_, assumed) in zip(facts, XeroFacts(), strict=True):
        note = "as assumed" if answer == assumed else f"by the file of facts; assumed is {_written(assumed)}"
        yield name, _written(answer), note


def _written(answer: str | bool) -> str:
    return str(answer).lower()


def _described(company: Company) -> str:
    when = company.trigger.value
    if company.trigger_statuses:
        when += f" ({', '.join(company.trigger_statuses)})"
    return f"{company.document.value} as {company.document_status} in {company.organisation} by {when}"
