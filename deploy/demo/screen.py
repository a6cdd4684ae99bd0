"""What the demo shows: tables of the samples, and the addresses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from deploy.demo.performance import Performance
from deploy.demo.web import Addresses

_WIDTHS = {"Sample": 28, "Shipment": 10, "Status": 11, "Action": 9, "Document": 13, "Total": 12}
# On a narrow screen what went wrong matters more than how much it was.
_LEFT_OUT_WHEN_NARROW = ("Action", "Total")
_NARROW = 120
_COLOURS = {"PROCESSED": "green", "REJECTED": "red", "WAITING": "yellow", "SKIPPED": "dim"}


def table(performances: Sequence[Performance], screen_width: int, *, judged: bool = False) -> Table:
    """A line for each sample, so that all of them fit on a screen; `judged` adds whether it is as expected."""
    shown = Table(title="Sample shipments", box=SIMPLE_HEAD, pad_edge=False, expand=True)
    names = [name for name in _WIDTHS if screen_width >= _NARROW or name not in _LEFT_OUT_WHEN_NARROW]
    for name in names:
        shown.add_column(name, no_wrap=True, width=_WIDTHS[name], justify="right" if name == "Total" else "left")
    shown.add_column("Error, warning or dead letter", no_wrap=True, ratio=1)
    if judged:
        shown.add_column("OK", width=3)
    for performance in performances:
        cells = row(performance)
        kept = [cells[name] for name in names]
        shown.add_row(*kept, ", ".join(_codes(performance)), *([_verdict(performance)] if judged else []))
    return shown


def addresses(where: Addresses, folder: Path) -> Group:
    """Where to look, and with which token."""
    api = f"{where.worker}/api/v1/companies/southern-beef"
    lines = (
        (
            "integration log",
            f'curl -H "Authorization: Bearer {where.token}" {api}/shipments/SHP-000101/integration-log',
        ),
        ("what needs a human", f'curl -H "Authorization: Bearer {where.token}" {api}/attention'),
        ("metrics", f"{where.worker}/metrics"),
        ("simulator", f"{where.simulator}/_sim/documents"),
        ("Kafka", where.kafka),
        ("logs", str(folder)),
    )
    return Group(*(Text.assemble((f"{name:>18}  ", "bold"), address, overflow="fold") for name, address in lines))


def report(console: Console, performances: Sequence[Performance]) -> bool:
    """Print the samples with their verdicts, the words of their errors and every difference; whether all are right."""
    console.print(table(performances, console.width, judged=True))
    for performance in performances:
        for words in _words(performance):
            console.print(Text.assemble((performance.sample.title, "bold"), f": {words}"), soft_wrap=True)
    wrong = [performance for performance in performances if performance.differences()]
    for performance in wrong:
        console.print(Text(f"{performance.sample.name} is not as expected:", "bold red"))
        for difference in performance.differences():
            console.print(Text(f"  {difference}"), soft_wrap=True)
    right = len(performances) - len(wrong)
    console.print(Text(f"{right} of {len(performances)} samples are as expected.", "red" if wrong else "green"))
    return not wrong


def row(performance: Performance) -> dict[str, str | Text]:
    """What is known of a sample, by column."""
    sample, log = performance.sample, performance.seen.log or ()
    last = log[-1] if log else None
    document = last["document"] if last else None
    return {
        "Sample": sample.title,
        "Shipment": sample.shipment,
        "Status": _status(performance, last["status"] if last else None),
        "Action": (last["action"] or "") if last else "",
        "Document": document["number"] if document else "",
        "Total": f"{document['total']} {document['currency']}" if document else "",
    }


def _status(performance: Performance, status: str | None) -> Text:
    if status is not None:
        return Text(status, _COLOURS.get(status, ""))
    if performance.seen.dead_letters:
        return Text("dead letter", "magenta")
    return Text("not sent", "dim") if performance.is_settled else Text("…")


def _codes(performance: Performance) -> list[str]:
    return [*performance.seen.dead_letters, *(each["code"] for each in _problems(performance))]


def _words(performance: Performance) -> list[str]:
    problems = [f"{each['code']}: {each['message']}" for each in _problems(performance)]
    return [*(f"dead letter, {reason}" for reason in performance.seen.dead_letters), *problems]


def _problems(performance: Performance) -> list[Mapping[str, Any]]:
    log = performance.seen.log
    return [*log[-1]["errors"], *log[-1]["warnings"]] if log else []


def _verdict(performance: Performance) -> Text:
    return Text("no", "bold red") if performance.differences() else Text("yes", "green")
