"""What the simulator counted for one organisation."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from deploy.simulator import Entry, SimulatorState

_WRITES = frozenset({"PUT Invoices", "POST Invoices"})
_NOT_TAKEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Calls:
    """Calls that were taken (all, and the writes among them), those that a limit refused (429), and documents."""

    all: int
    writes: int
    refused: int
    documents: int

    @classmethod
    def of(cls, state: SimulatorState, tenant: str, number_prefix: str) -> "Calls":
        """Read them from the request log, which keeps 20,000; documents are those whose number begins so."""
        entries = [each for each in state.request_log.entries if each.request.tenant == tenant]
        taken = Counter(each.request.operation for each in entries if each.status not in _NOT_TAKEN)
        book = state.organisations[tenant].book("invoice")
        return cls(
            all=taken.total(),
            writes=sum(taken[name] for name in _WRITES),
            refused=sum(each.status == HTTPStatus.TOO_MANY_REQUESTS for each in entries),
            documents=sum(document.number.startswith(number_prefix) for document in book),
        )

    @property
    def documents_a_call(self) -> float:
        """Over all calls that were taken, reference data included."""
        return self.documents / max(1, self.all)


def entries_by_number(state: SimulatorState) -> dict[str, list[Entry]]:
    """The calls that name an invoice, by its number: writes, and look-ups by number."""
    found: dict[str, list[Entry]] = {}
    for entry in state.request_log.entries:
        for number in _numbers(entry):
            found.setdefault(number, []).append(entry)
    return found


def _numbers(entry: Entry) -> Iterator[str]:
    yield from filter(None, entry.request.query.get("InvoiceNumbers", "").split(","))
    if entry.request.operation in _WRITES:
        body: Any = json.loads(entry.request.body)
        yield from (each["InvoiceNumber"] for each in body["Invoices"] if "InvoiceNumber" in each)
