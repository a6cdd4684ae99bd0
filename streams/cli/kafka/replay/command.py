"""`shipledger replay`: status changes once more through the gate."""

import asyncio
import os
import shlex
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

import typer

from config.faults import ConfigurationError
from config.kafka import KafkaSettings
from config.settings import Settings
from mappers.model import Company
from streams.cli.configuration import load
from streams.cli.errors import CommandFailedError, RefusedError
from streams.cli.kafka.replay.choice import Choice, utc
from streams.cli.kafka.replay.places import as_text, of_text, why_not_there
from streams.cli.kafka.replay.plan import COLUMNS, Plan
from streams.cli.kafka.replay.sending import Progress, Sending, chosen
from streams.cli.kafka.source import Source, Span, say_aside, source_of
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import say
from streams.exit_codes import ExitCode

_CEILING = 10_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command was asked for."""

    choice: Choice
    limit: int | None
    ceiling: int
    go_on: dict[int, Span] | None
    output: Output
    yes: bool


def replay(  # noqa: PLR0913 - each is an option of the command.
    *,
    company: Annotated[str | None, typer.Option(help="Only events of this company (as the event says).")] = None,
    shipment: Annotated[str | None, typer.Option(help="Only events of this shipment (as the event says).")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only events recorded at this time (UTC) or later.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only events recorded before this time (UTC).")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many, oldest first.")] = None,
    at_most: Annotated[int, typer.Option(min=1, help="Refuse to publish where it would be more.")] = _CEILING,
    go_on: Annotated[str | None, typer.Option(help="Go on where one was interrupted, as it says then.")] = None,
    output: OutputOption = Output.TEXT,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without this the plan is only shown.")] = False,
) -> None:
    """Publish status changes again, with their original key, value, headers and time.

    Shows the plan first: how many events of which companies and shipments, and how many of them ask for a document
    (where the configuration of a worker is here). Without --yes nothing is published. Reading begins at --since, by the
    brokers' index of times. What the ledger has answered already is not written again: a replay repairs what was lost,
    for example by a wrong profile; it never doubles a document.

    Ctrl-C ends it in order, and it says how to go on. Exit code 65 above --at-most, 69 where no broker answers, 130
    after Ctrl-C.
    """
    choice = Choice(company, shipment, utc(since), utc(until))
    asked = _Asked(choice, limit, at_most, _spans(go_on), output, yes)
    asyncio.run(_replay(Settings.load_kafka(os.environ), _companies(os.environ), asked))


async def _replay(settings: KafkaSettings, companies: Mapping[str, Company] | None, asked: _Asked) -> None:
    topic = settings.topics.status_changes
    async with source_of(settings, topic) as source:
        sending = Sending(topic, await _begin(source, topic, asked), asked.limit)
        plan = await _plan(source, sending, companies, asked)
        _show(plan, asked)
        if plan.events > asked.ceiling:
            raise RefusedError(
                f"{plan.events} are more than the ceiling of {asked.ceiling}, so none is published. Choose fewer, or "
                f"say --at-most {plan.events}."
            )
        if not asked.yes:
            say_aside(f"{plan.events} would be published on {topic}; with --yes they are.")
            return
        await _publish(settings, source, sending, plan.events, asked)


async def _begin(source: Source, topic: str, asked: _Asked) -> dict[int, Span]:
    if asked.go_on is None:
        return await source.spans(asked.choice.since)
    if why := why_not_there(asked.go_on, await source.spans()):
        raise CommandFailedError(f"--go-on does not fit {topic}: {why}. Begin anew without it.")
    return asked.go_on


async def _plan(source: Source, sending: Sending, companies: Mapping[str, Company] | None, asked: _Asked) -> Plan:
    plan, progress = Plan(companies), Progress(say_aside)
    async with aclosing(chosen(source, sending.left, asked.choice.takes, asked.limit, say_aside)) as records:
        async for record in records:
            plan.add(record)
            progress.tell(f"Reading: {plan.events} chosen, up to {record.recorded_at or record.place}")
    return plan


def _show(plan: Plan, asked: _Asked) -> None:
    if asked.output is not Output.TEXT:
        say_rows(asked.output, COLUMNS, plan.rows())
        return
    for line in plan.shown:
        say(line)
    if plan.events > len(plan.shown):
        say(f"… and {plan.events - len(plan.shown)} more")
    for name, events, shipments, requests, first, last in plan.rows():
        asking = "" if requests is None else f", {requests} ask for a document"
        say(f"{name}: {events} events of {shipments} shipments{asking}, from {first or '-'} to {last or '-'}")


async def _publish(settings: KafkaSettings, source: Source, sending: Sending, total: int, asked: _Asked) -> None:
    try:
        with _ending_in_order(sending):
            await sending.run(settings, source, asked.choice.takes, Progress(say_aside, soon=True), total)
    finally:
        # Whatever ended it: a broker that is away, a second Ctrl-C.
        say_aside(f"{sending.count} published on {sending.topic}.")
        if not sending.is_done:
            say_aside("Not all of it. What is sent twice is answered once; go on with:")
            say_aside(_command(sending, asked))
    if not sending.is_done:
        raise typer.Exit(ExitCode.INTERRUPTED)


@contextmanager
def _ending_in_order(sending: Sending) -> Iterator[None]:
    """The first Ctrl-C, or SIGTERM, lets what is being sent be acknowledged; a second one ends at once.

    Signals come to the main thread alone; whoever calls this from another one ends it in another way.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        say_aside("Ending once what is being sent is acknowledged; again to end at once.")
        sending.end()
        for number in numbers:
            loop.remove_signal_handler(number)

    for number in numbers:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _command(sending: Sending, asked: _Asked) -> str:
    """What goes on from here."""
    rest = replace(asked, limit=sending.remaining)
    words = [
        (f"--{name}", "" if value is None else str(value))
        for name, value in (
            ("company", rest.choice.company),
            ("shipment", rest.choice.shipment),
            ("since", _written(rest.choice.since)),
            ("until", _written(rest.choice.until)),
            ("limit", rest.limit),
            ("at-most", None if rest.ceiling == _CEILING else rest.ceiling),
            ("go-on", as_text(sending.left)),
        )
    ]
    given = [word for name, value in words if value for word in (name, value)]
    return shlex.join(["shipledger", "replay", *given, "--yes"])


def _written(moment: datetime | None) -> str | None:
    """As the option takes it: in UTC, without a zone."""
    return None if moment is None else moment.replace(tzinfo=None).isoformat(timespec="microseconds")


def _spans(text: str | None) -> dict[int, Span] | None:
    try:
        return None if text is None else of_text(text)
    except ValueError as failure:
        raise typer.BadParameter(f"--go-on: {failure}.") from failure


def _companies(environ: Mapping[str, str]) -> Mapping[str, Company] | None:
    """Those of the profile; None where the configuration of a worker is not here."""
    try:
        _, companies = load(environ)
    except ConfigurationError:
        return None
    return {each.id: each for each in companies}
