"""`shipledger pause`, `resume` and `companies`: hold what a company sends to Xero, and let it go on."""

import getpass
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import local_minute, say, say_json

COLUMNS: Final = ("company_id", "organisation", "paused", "by", "at", "reason")

_Company = Annotated[str, typer.Argument(help="The company's id in the profile.")]
_By = Annotated[str | None, typer.Option("--by", help="Who says so; else the user of this machine.")]


def pause(
    company: _Company,
    reason: Annotated[str, typer.Option("--reason", help="Why: whoever reads that a shipment waits is told.")],
    by: _By = None,
    output: OutputOption = Output.TEXT,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Write nothing of a company in Xero any more, until it is resumed: at month end, or with a wrong profile.

    Every worker hears it within seconds, and again after a restart. Calls under way end; requests are kept, and wait.
    """
    _say(output, [connect(url, token, token_file).pause(company, by=by or whoever_asks(), reason=reason)])


def resume(
    company: _Company,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the list of companies.")] = "",
    by: _By = None,
    output: OutputOption = Output.TEXT,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Let the requests of a paused company go on, in the order in which they came."""
    _say(output, [connect(url, token, token_file).resume(company, by=by or whoever_asks(), reason=reason)])


def companies(
    *,
    output: OutputOption = Output.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json: the API's JSON.")] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """List the companies of the running profile, and which of them are paused: by whom, since when and why."""
    _say(Output.JSON if as_json else output, connect(url, token, token_file).companies())


def _say(output: Output, found: Sequence[dict[str, Any]]) -> None:
    if output is Output.JSON:
        say_json(found)
    elif output is Output.TEXT:
        for each in found:
            say(in_words(each))
    else:
        say_rows(output, COLUMNS, ([_cell(each.get(name)) for name in COLUMNS] for each in found))


def _cell(value: Any) -> str | None:
    return "yes" if value is True else "no" if value is False else value


def in_words(state: dict[str, Any]) -> str:
    """One company as people read it."""
    if not state["paused"]:
        return f"{state['company_id']}: not paused"
    why = f": {state['reason']}" if state["reason"] else ""
    return f"{state['company_id']}: paused by {state['by']} on {local_minute(state['at'])}{why}"


def whoever_asks() -> str:
    """The user of this machine; empty, for the API to say what it knows, where the machine has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
