"""What the demo shows: a table of the samples, and the addresses."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from deploy.demo.performance import Performance
from deploy.demo.web import Addresses

_COLOURS = {"PROCESSED": "green", "REJECTED": "red", "WAITING": "yellow", "SKIPPED": "dim"}


def table(performances: Sequence[Performance], *, verdicts: bool) -> Table:
    """A row for each sample; `verdicts` adds whether it is as expected."""
    shown = Table(title="Sample shipments", expand=True, row_styles=("", "on grey11"))
    for name, ratio in (("Sample", 4), ("Shipment", 4), ("Status", 2), ("Action", 2), ("Document", 3)):
        shown.add_column(name, ratio=ratio, overflow="fold")
    shown.add_column("Total", ratio=2, justify="right", overflow="fold")
    shown.add_column("Error, warning or dead letter", ratio=8, overflow="fold")
    if verdicts:
        shown.add_column("As expected", ratio=2)
    for performance in performances:
        shown.add_row(*_row(performance), *([_verdict(performance)] if verdicts else []))
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
    """Print the samples with their verdicts and every difference; whether all are as expected."""
    console.print(table(performances, verdicts=True))
    wrong = [performance for performance in performances if performance.differences()]
    for performance in wrong:
        console.print(Text(f"{performance.sample.name}:", "bold red"))
        for difference in performance.differences():
            console.print(Text(f"  {difference}"))
    right = len(performances) - len(wrong)
    console.print(Text(f"{right} of {len(performances)} samples are as expected.", "red" if wrong else "green"))
    return not wrong


def _row(performance: Performance) -> tuple[str | Text, ...]:
    sample, log = performance.sample, performance.seen.log or ()
    last = log[-1] if log else None
    document = last["document"] if last else None
    return (
        sample.title,
        sample.key,
        _status(performance, last["status"] if last else None),
        (last["action"] or "") if last else "",
        f"{document['type']} {document['number']}" if document else "",
        f"{document['total']} {document['currency']}" if document else "",
        _words(performance),
    )


def _status(performance: Performance, status: str | None) -> Text:
    if status is not None:
        return Text(status, _COLOURS.get(status, ""))
    if performance.seen.dead_letters:
        return Text("dead letter", "magenta")
    return Text("not sent", "dim") if performance.is_settled else Text("…")


def _words(performance: Performance) -> str:
    if performance.seen.dead_letters:
        return ", ".join(performance.seen.dead_letters)
    last = performance.seen.log[-1] if performance.seen.log else None
    if last is None:
        return ""
    return "\n".join(f"{each['code']}: {each['message']}" for each in (*last["errors"], *last["warnings"]))


def _verdict(performance: Performance) -> Text:
    return Text("no", "bold red") if performance.differences() else Text("yes", "green")
