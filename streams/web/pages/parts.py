"""What the pages are made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mappers.model import Company
from streams.ops import Readiness
from streams.web.pages.door import Doors
from streams.web.ports import DryRunner, LogReader, SnapshotReader
from streams.web.sending import Sender


@dataclass(frozen=True, slots=True)
class PagesParts:
    """`companies` are by id; `new_form_id` names a form, so that sending it twice asks once."""

    companies: Mapping[str, Company]
    logs: LogReader
    snapshots: SnapshotReader
    doors: Doors
    sender: Sender
    dry_run: DryRunner
    readiness: Readiness
    new_form_id: Callable[[], str]
