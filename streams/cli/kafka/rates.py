"""`shipledger rates`: the exchange rates that new ones are compared with, and forgetting them."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Final

import typer

from config.kafka import KafkaSettings
from config.settings import Settings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.records import Record, publish
from streams.cli.kafka.source import read
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.paragraphs import in_paragraphs
from streams.cli.terminal import local_minute, say

if TYPE_CHECKING:
    from streams.dispatch.ledger import AcceptedRate

COLUMNS: Final = ("organisation", "currency", "rate", "source", "given_by", "at")
_RATE = b'["rate",'

Organisation = Annotated[str | None, typer.Option(help="Only of this organisation (Xero's tenant id).")]
Currency = Annotated[str | None, typer.Option(help="Only of this currency, such as USD.")]


def rates() -> typer.Typer:
    """The group `shipledger rates`."""
    app = typer.Typer(name="rates", help="The exchange rates that a shipment's is compared with.", no_args_is_help=True)
    app.command("show", help=in_paragraphs(show.__doc__))(show)
    app.command("forget", help=in_paragraphs(forget.__doc__))(forget)
    return app


def show(organisation: Organisation = None, currency: Currency = None, output: OutputOption = Output.TEXT) -> None:
    """List the rates, in Xero's direction: foreign units per unit of the base currency. Reads, writes nothing."""
    found, unreadable = _known(Settings.load_kafka(os.environ), organisation, currency)
    if output is not Output.TEXT:
        say_rows(output, COLUMNS, map(_cells, found))
    for place in unreadable:
        say(place, err=output is not Output.TEXT)
    if output is Output.TEXT:
        _say_text(found)


def _say_text(found: Sequence["AcceptedRate"]) -> None:
    for each in found:
        say(line(each))
    if not found:
        say("No rate is remembered.")


def forget(
    organisation: Annotated[str, typer.Option(help="The organisation (Xero's tenant id), as `show` lists it.")],
    currency: Annotated[str, typer.Option(help="The currency, such as USD.")],
    *,
    output: OutputOption = Output.TEXT,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this it is only shown.")] = False,
) -> None:
    """Have what is remembered of a currency forgotten; the next rate that Xero takes without a warning counts then.

    Only the worker that owns the organisation writes in its ledger, so this sends it a request, on the topic of the
    sync requests. It is carried out at once where a worker runs, else as soon as one does.
    """
    from mappers.model import COMMAND_HEADER  # noqa: PLC0415 - only this command pays for it.
    from streams.dispatch.ledger import ForgetRates  # noqa: PLC0415 - as above.

    settings = Settings.load_kafka(os.environ)
    found, _ = _known(settings, organisation, currency)
    if not found:
        raise CommandFailedError(f"Nothing is remembered of {currency.upper()} for {organisation}.")
    aside = output is not Output.TEXT
    if aside:
        say_rows(output, COLUMNS, map(_cells, found))
    else:
        _say_text(found)
    if not yes:
        say(f"{len(found)} would be forgotten; with --yes they are.", err=aside)
        return
    command = ForgetRates(organisation=found[0].organisation, currency=found[0].currency)
    key, value = command.organisation.encode(), command.model_dump_json().encode()
    headers = ((COMMAND_HEADER, command.command.encode()),)
    topic = settings.topics.sync_requests
    request = Record(topic, 0, 0, datetime.now(UTC), key, value, headers)
    asyncio.run(publish(settings, [(topic, request)]))
    say("Asked for. `shipledger rates show` tells when the organisation's worker has done it.", err=aside)


def newest(records: Iterable[Record]) -> tuple[list["AcceptedRate"], list[str]]:
    """Of the ledger's records of rates, in the order of the topic, those that are left; and the unreadable ones."""
    rates: dict[bytes, AcceptedRate] = {}
    unreadable: dict[bytes, str] = {}
    for record in records:
        key = record.key or b""
        rates.pop(key, None)
        unreadable.pop(key, None)
        found = None if record.value is None else _read_rate(key, record.value)
        if isinstance(found, str):
            place = f"{record.topic}/{record.partition}/{record.offset}"
            unreadable[key] = f"{place}  unreadable: {key.decode(errors='replace')[:200]}: {found[:200]}"
        elif found is not None:
            rates[key] = found
    known = sorted(rates.values(), key=lambda each: (each.organisation, each.currency, str(each.at)))
    return known, list(unreadable.values())


def _read_rate(key: bytes, value: bytes) -> "AcceptedRate | str":
    """The rate, or why there is none to read: whoever may write to the topic can put anything there."""
    from streams.dispatch.ledger import AcceptedRate, decode  # noqa: PLC0415 - as above.

    try:
        _, found = decode(key, value)
    except (ValueError, LookupError, TypeError) as error:
        return str(error)
    return found if isinstance(found, AcceptedRate) else "it is not a rate"


def line(rate: "AcceptedRate") -> str:
    """One rate as people read it."""
    whose = "Xero's own" if rate.is_xeros_own else rate.given_by or "an earlier version kept no shipment"
    when = "before that was kept" if rate.at is None else local_minute(rate.at.isoformat())
    return f"{rate.organisation}  {rate.currency}  {rate.rate:f}  {whose}  {when}"


def _cells(rate: "AcceptedRate") -> Sequence[Cell]:
    source = "xero" if rate.is_xeros_own else "shipment" if rate.given_by else None  # An earlier version kept none.
    at = None if rate.at is None else rate.at.isoformat(timespec="seconds")
    return rate.organisation, rate.currency, f"{rate.rate:f}", source, rate.given_by or None, at


def _known(
    settings: KafkaSettings, organisation: str | None, currency: str | None
) -> tuple[list["AcceptedRate"], list[str]]:
    known, unreadable = newest(asyncio.run(read(settings, settings.topics.document_ledger, _is_rate, None)))
    return [each for each in known if _is_wanted(each, organisation, currency)], unreadable


def _is_wanted(rate: "AcceptedRate", organisation: str | None, currency: str | None) -> bool:
    same_organisation = organisation is None or rate.organisation == organisation.strip().lower()
    return same_organisation and (currency is None or rate.currency == currency.strip().upper())


def _is_rate(record: Record) -> bool:
    return record.key is not None and record.key.startswith(_RATE)
