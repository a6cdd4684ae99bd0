"""What the demo shows: tables of the samples, and the addresses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from deploy.demo.prometheus import HOW_TO_GET_IT
from deploy.demo.sample_run import SampleRun
from deploy.demo.web import Addresses

_WIDTHS = {"Sample": 28, "Shipment": 10, "Status": 11, "Action": 9, "Document": 13, "Total": 12}
# On a narrow screen what went wrong matters more than how much it was.
_LEFT_OUT_WHEN_NARROW = ("Action", "Total")
_NARROW = 120
TRY_IT = (
    "open the pages, sign in with the token, and see under Attention why SHP-000107 was rejected; create what it lacks "
    "in the simulated Xero (Open in Xero would lead to the real one), and press Sync Now on the shipment's page"
)
_COLOURS = {"PROCESSED": "green", "REJECTED": "red", "WAITING": "yellow", "SKIPPED": "dim"}


def table(runs: Sequence[SampleRun], screen_width: int, *, judged: bool = False) -> Table:
    """A line for each sample, so that all of them fit on a screen; `judged` adds whether it is as expected."""
    shown = Table(title="Sample shipments", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    names = [name for name in _WIDTHS if screen_width >= _NARROW or name not in _LEFT_OUT_WHEN_NARROW]
    for name in names:
        shown.add_column(name, no_wrap=True, width=_WIDTHS[name], justify="right" if name == "Total" else "left")
    shown.add_column("Error, warning or dead letter", no_wrap=True, ratio=1)
    if judged:
        shown.add_column("OK", width=3)
    for run in runs:
        cells = row(run)
        kept = [cells[name] for name in names]
        shown.add_row(*kept, ", ".join(_codes(run)), *([_verdict(run)] if judged else []))
    return shown


def addresses(where: Addresses, folder: Path, variables: Path) -> Group:
    """Where to look, and with which token."""
    api = f"{where.worker}/api/v1/companies/southern-beef"
    lines = (
        ("pages for people", f"{where.worker}/"),
        ("access token", where.token),
        ("Xero, simulated", f"{where.simulator}/books  (contacts, items and documents, to look at and to change)"),
        ("try it", TRY_IT),
        (
            "integration log",
            f'curl -H "Authorization: Bearer {where.token}" {api}/shipments/SHP-000101/integration-log',
        ),
        ("what needs a human", f'curl -H "Authorization: Bearer {where.token}" {api}/attention'),
        ("metrics", f"{where.worker}/metrics"),
        ("Prometheus", f"{where.prometheus}/alerts" if where.prometheus else HOW_TO_GET_IT),
        ("simulator", f"{where.simulator}/_sim/documents"),
        ("Kafka", where.kafka),
        ("logs", str(folder)),
        ("for a shell", f". {variables}"),
    )
    return Group(*(Text.assemble((f"{name:>18}  ", "bold"), address, overflow="fold") for name, address in lines))


def report(console: Console, runs: Sequence[SampleRun]) -> bool:
    """Print the samples with their verdicts, the words of their errors and every difference; whether all are right."""
    console.print(table(runs, console.width, judged=True))
    for run in runs:
        for words in _words(run):
            console.print(Text.assemble((run.sample.title, "bold"), f": {words}"), soft_wrap=True)
    wrong = [run for run in runs if run.differences()]
    for run in wrong:
        console.print(Text(f"{run.sample.name} is not as expected:", "bold red"))
        for difference in run.differences():
            console.print(Text(f"  {difference}"), soft_wrap=True)
    right = len(runs) - len(wrong)
    console.print(Text(f"{right} of {len(runs)} samples are as expected.", "red" if wrong else "green"))
    return not wrong


def row(run: SampleRun) -> dict[str, str | Text]:
    """What is known of a sample, by column."""
    sample, log = run.sample, run.seen.log or ()
    last = log[-1] if log else None
    document = last["document"] if last else None
    return {
        "Sample": sample.title,
        "Shipment": sample.shipment,
        "Status": _status(run, last["status"] if last else None),
        "Action": (last["action"] or "") if last else "",
        "Document": document["number"] if document else "",
        "Total": f"{document['total']} {document['currency']}" if document else "",
    }


def _status(run: SampleRun, status: str | None) -> Text:
    if status is not None:
        return Text(status, _COLOURS.get(status, ""))
    if run.seen.dead_letters:
        return Text("dead letter", "magenta")
    return Text("not sent", "dim") if run.is_settled else Text("…")


def _codes(run: SampleRun) -> list[str]:
    return [*run.seen.dead_letters, *(each["code"] for each in _problems(run))]


def _words(run: SampleRun) -> list[str]:
    problems = [f"{each['code']}: {each['message']}" for each in _problems(run)]
    return [*(f"dead letter, {reason}" for reason in run.seen.dead_letters), *problems]


def _problems(run: SampleRun) -> list[Mapping[str, Any]]:
    log = run.seen.log
    return [*log[-1]["errors"], *log[-1]["warnings"]] if log else []


def _verdict(run: SampleRun) -> Text:
    return Text("no", "bold red") if run.differences() else Text("yes", "green")
