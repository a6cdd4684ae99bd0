"""`shipledger attention`: what needs a person, grouped by cause."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Final

import typer

from mappers.model import Status
from mappers.outbound import cause_in_words, wait_in_words
from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.output import Cell, Output, OutputOption, say_rows
from streams.cli.terminal import say

COLUMNS: Final = ("status", "code", "field", "value", "count", "shipment", "since", "resume_at", "message", "hint")

_OF_ONE = "Of one cause, as the list names it: its"


def attention(  # noqa: PLR0913 - each is an option of the command.
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    *,
    limit: Annotated[int, typer.Option(min=1, help="Most causes; with --status and --code most shipments.")] = 50,
    status: Annotated[str | None, typer.Option(help=f"{_OF_ONE} status.")] = None,
    code: Annotated[str | None, typer.Option(help=f"{_OF_ONE} code.")] = None,
    field: Annotated[str | None, typer.Option(help=f"{_OF_ONE} field, where it has one.")] = None,
    value: Annotated[str | None, typer.Option(help=f"{_OF_ONE} value, where it has one.")] = None,
    output: OutputOption = Output.TEXT,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Show what needs a person: what holds shipments up, the most frequent cause first, each with its first shipments.

    With --status and --code (and --field and --value) it shows the shipments of that one cause. `--output table` and
    `csv` have a row for each shipment that is listed. Exit code 0, whether or not there is anything.
    """
    cause = {"status": status, "code": code, "field": field, "value": value}
    page = connect(url, token, token_file).attention(company, limit, {k: v for k, v in cause.items() if v is not None})
    if output is Output.TEXT:
        _say_text(page)
        return
    say_rows(output, COLUMNS, _rows(page["causes"]))


def _rows(causes: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Cell]]:
    for cause in causes:
        for each in cause["shipments"]:
            first = (cause["status"], cause["code"], cause["field"], each["value"] or cause["value"], cause["count"])
            own = each["shipment_id"], each["since"], each["resume_at"], each["message"], cause["hint"]
            yield *first, *own


def _say_text(page: Mapping[str, Any]) -> None:
    for cause in page["causes"]:
        say(_headline(cause))
        for each in (cause["message"], cause["hint"], _listed(cause)):
            if each:
                say(f"    {each}")
    if not page["causes"]:
        say("Nothing needs a person.")
    elif page["next_cursor"]:
        say(f"There is more ({page['total_causes']} in all): ask with a greater --limit.")


def _headline(cause: Mapping[str, Any]) -> str:
    """How many, and for what; in brackets what --status, --code, --field and --value ask for it by."""
    count, status, code = cause["count"], cause["status"], cause["code"]
    shipments = f"{count:,} shipment{'' if count == 1 else 's'}"
    why = wait_in_words(code) if status == Status.WAITING else cause_in_words(code, cause["field"] or "")
    named = " ".join(each for each in (status, code, cause["field"], cause["value"]) if each)
    return f"{shipments}: {why} ({named})"


def _listed(cause: Mapping[str, Any]) -> str:
    shown = [each["shipment_id"] for each in cause["shipments"]]
    more = cause["count"] - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
