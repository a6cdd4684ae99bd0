"""`shipledger log`: the integration log of shipments."""

from typing import Annotated, Any

import typer

from streams.cli.http.api import TokenFileOption, TokenOption, UrlOption, connect
from streams.cli.http.log_rows import COLUMNS, rows
from streams.cli.output import Output, OutputOption, say_rows
from streams.cli.terminal import say, say_json


def log(
    company: Annotated[str, typer.Argument(help="The company's id in the profile.")],
    shipments: Annotated[list[str], typer.Argument(help="Shipment ids.")],
    *,
    output: OutputOption = Output.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --output json: the API's JSON.")] = False,
    url: UrlOption = None,
    token: TokenOption = None,
    token_file: TokenFileOption = None,
) -> None:
    """Show what became of shipments, newest first."""
    logs = connect(url, token, token_file).logs(company, shipments)
    output = Output.JSON if as_json else output
    if output is Output.JSON:
        say_json(logs)
    elif output is Output.TEXT:
        _say_text(logs)
    else:
        say_rows(output, COLUMNS, rows(logs))


def _say_text(logs: list[dict[str, Any]]) -> None:
    for shipment in logs:
        say(_headline(shipment))
        for entry in shipment["entries"]:
            for line in _lines(entry):
                say(line)


def _headline(shipment: dict[str, Any]) -> str:
    if not shipment["entries"]:
        return f"{shipment['shipment_id']}: nothing was sent"
    return f"{shipment['shipment_id']}: {shipment['sync_status']} at {shipment['synced_at']}"


def _lines(entry: dict[str, Any]) -> list[str]:
    words = [entry["occurred_at"], entry["status"], entry["action"] or "", f"revision {entry['revision']}"]
    if document := entry["document"]:
        words.append(f"{document['type']} {document['number']} {document['total']} {document['currency']}")
    if waiting := entry["waiting"]:
        words.append(f"waits: {waiting['reason']}")
    problems = [("error", each) for each in entry["errors"]] + [("warning", each) for each in entry["warnings"]]
    return ["  " + "  ".join(word for word in words if word), *(_problem(kind, each) for kind, each in problems)]


def _problem(kind: str, problem: dict[str, Any]) -> str:
    hint = f" {problem['hint']}" if problem.get("hint") else ""
    return f"    {kind} {problem['code']}: {problem['message']}{hint}"
