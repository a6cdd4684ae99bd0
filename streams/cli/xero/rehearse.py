"""`shipledger rehearse`: ask a Demo Company what Xero's pages leave open."""

import asyncio
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from config.profile_rules import connection_name
from config.settings import Settings
from config.xero import DEFAULT_CONNECTION
from streams.cli.errors import CommandFailedError
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import cell, say
from streams.exit_codes import ExitCode

if TYPE_CHECKING:
    from streams.rehearsal import Result
    from xero_client.collaborators import Tokens

COLUMNS: Final = ("id", "mark", "question", "did", "assumed", "depends")


def rehearse(
    *,
    organisation: Annotated[str, typer.Option(help="Tenant id of a Demo Company; anything else is refused.")],
    connection: Annotated[str, typer.Option(help="The connection that reaches it.")] = DEFAULT_CONNECTION,
    facts: Annotated[Path, typer.Option(help="Write what was found to this file.")] = Path("xero-facts.toml"),
    journal: Annotated[
        Path | None, typer.Option(help="Keep what was asked and made here; else beside the facts, named after them.")
    ] = None,
    output: OutputOption = Output.TEXT,
) -> None:
    """Ask a Demo Company of Xero every question that Xero's pages leave open, and write the answers down.

    Makes documents called REHEARSAL-…, and deletes or voids them again; at most 200 calls. An interrupted rehearsal is
    started again with the same command: it goes on, and removes what it left. `shipledger simulator --facts FILE`
    then behaves as Xero was found to, and a worker with SHIPLEDGER_XERO__FACTS=FILE follows what matters to it.

    Exit code 1 where the organisation is no Demo Company, or the rehearsal could not be finished.
    """
    settings = Settings.load(os.environ)
    name = connection_name(connection)
    if name not in settings.xero.credentials():
        known = ", ".join(settings.xero.credentials()) or "none"
        raise CommandFailedError(f"There is no connection {name}; configured are: {known}.")
    result = asyncio.run(_run(settings, name, organisation.strip().lower(), journal or facts.with_suffix(".journal")))
    _report(result, organisation, facts, output)


async def _run(settings: Settings, connection: str, organisation: str, journal: Path) -> "Result":
    from streams.app import token_sources  # noqa: PLC0415 - urllib3 and cryptography are heavy for `--help`.
    from streams.cli.xero.consent import token_endpoint  # noqa: PLC0415 - see above.
    from streams.rehearsal import NoDemoCompanyError  # noqa: PLC0415 - see above.
    from xero_client.auth import ConnectionTokens  # noqa: PLC0415 - see above.
    from xero_client.errors import XeroError  # noqa: PLC0415 - see above.

    sources = token_sources(settings, token_endpoint(settings))
    tokens = ConnectionTokens({organisation: connection}, sources, monotonic=time.monotonic)
    try:
        return await _asked(settings, tokens, connection, organisation, journal)
    except (NoDemoCompanyError, ValueError) as refusal:
        raise CommandFailedError(str(refusal)) from refusal
    except XeroError as failure:
        raise CommandFailedError(f"Xero cannot be asked: {failure.message}") from failure
    finally:
        await tokens.close()


async def _asked(settings: Settings, tokens: "Tokens", connection: str, organisation: str, journal: Path) -> "Result":
    from streams.rehearsal import QUESTIONS, Caller, Journal, Rehearsal  # noqa: PLC0415 - urllib3 is heavy for `--help`.
    from xero_client.timeouts import Timeouts  # noqa: PLC0415 - see above.
    from xero_client.transport import ExactTransport  # noqa: PLC0415 - see above.

    xero = settings.xero
    timeouts = Timeouts(connect=xero.connect_timeout_seconds, read=xero.read_timeout_seconds)
    transport = ExactTransport(timeouts, xero.secret_values())
    try:
        return await Rehearsal(
            Caller(xero.base_url, organisation, tokens, transport, time.monotonic, asyncio.sleep),
            Journal.opened(journal, organisation, uuid.uuid4().hex[:6].upper()),
            datetime.now(UTC).date(),
            lambda: str(uuid.uuid4()),
            signs_in_by_itself=xero.credentials()[connection].grant == "client_credentials",
            told=lambda question, finding: say(f"{question.id}: {finding.seen}", err=True),
        ).run(QUESTIONS)
    finally:
        transport.close()


def _report(result: "Result", organisation: str, facts: Path, output: Output) -> None:
    from streams.rehearsal import facts_text  # noqa: PLC0415 - urllib3 is heavy for `--help`.

    facts.write_text(facts_text(organisation, datetime.now(UTC), result.findings), encoding="utf-8")
    if output is Output.TEXT:
        Console().print(_table(result))
    else:
        say_rows(output, COLUMNS, _rows(result))
    say(f"{result.calls} calls in all. What was found is in {facts}.", err=output is not Output.TEXT)
    for made in result.left:
        say(f"Left in Xero: {made.kind} {made.number}; delete or void it there.", err=True)
    if result.stopped:
        say(f"Not finished: {result.stopped} The same command goes on from here.", err=True)
    if result.stopped or result.left:
        raise typer.Exit(ExitCode.FAILED)


def _rows(result: "Result") -> Iterator[Sequence[Cell]]:
    """The cells of each question as COLUMNS names them. `!`: otherwise than assumed; `?`: not known yet."""
    from streams.rehearsal import QUESTIONS  # noqa: PLC0415 - urllib3 is heavy for `--help`.

    for question in QUESTIONS:
        found = result.findings.get(question.id)
        seen = "not asked yet" if found is None else found.seen
        other = found is not None and found.answer not in {None, question.assumed}
        mark = "!" if other else "" if found is not None and found.answer is not None else "?"
        did = seen if found is None or found.answer is None else f"{found.answer}: {seen}"
        yield question.id, mark, question.words, did, str(question.assumed), question.depends


def _table(result: "Result") -> Table:
    table = Table("", "Question", "What Xero did", "What we assumed", "What depends on it", box=SIMPLE_HEAD)
    for _, *cells in _rows(result):
        table.add_row(*(cell(str(each)) for each in cells))
    return table
