"""`shipledger pause`, `resume` and `companies`: hold what a company sends to Xero, and let it go on."""

import getpass
from typing import Annotated, Any

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.terminal import say, say_json

_Company = Annotated[str, typer.Argument(help="The company's id in the profile.")]
_By = Annotated[str | None, typer.Option("--by", help="Who says so; else the user of this machine.")]


def pause(
    company: _Company,
    reason: Annotated[str, typer.Option("--reason", help="Why: whoever reads that a shipment waits is told.")],
    by: _By = None,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Write nothing of a company in Xero any more, until it is resumed: at month end, or with a wrong profile.

    Every worker hears it within seconds, and again after a restart. Calls under way end; requests are kept, and wait.
    """
    say(in_words(connect(url, token, token_file).pause(company, by=by or whoever_asks(), reason=reason)))


def resume(
    company: _Company,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the list of companies.")] = "",
    by: _By = None,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Let the requests of a paused company go on, in the order in which they came."""
    say(in_words(connect(url, token, token_file).resume(company, by=by or whoever_asks(), reason=reason)))


def companies(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The API's JSON.")] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """List the companies of the running profile, and which of them are paused: by whom, since when and why."""
    found = connect(url, token, token_file).companies()
    if as_json:
        say_json(found)
        return
    for each in found:
        say(in_words(each))


def in_words(state: dict[str, Any]) -> str:
    """One company as people read it."""
    if not state["paused"]:
        return f"{state['company_id']}: goes on"
    why = f": {state['reason']}" if state["reason"] else ""
    return f"{state['company_id']}: paused by {state['by']} at {state['at']}{why}"


def whoever_asks() -> str:
    """The user of this machine; empty, for the API to say what it knows, where the machine has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
