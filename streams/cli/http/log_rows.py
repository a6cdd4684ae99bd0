"""The integration log as rows: one for each entry, and one for a shipment of which nothing was sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

COLUMNS: Final = (
    "shipment", "occurred_at", "status", "action", "revision", "document", "number", "total", "currency", "waits_for",
    "codes",
)  # fmt: skip


def rows(logs: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    """The cells of each entry as COLUMNS names them; empty where there is nothing to say."""
    for log in logs:
        entries: Sequence[Mapping[str, Any]] = log["entries"] or ({},)
        yield from ((log["shipment_id"], *_cells(entry)) for entry in entries)


def _cells(entry: Mapping[str, Any]) -> Iterator[str]:
    document, waiting = entry.get("document") or {}, entry.get("waiting") or {}
    codes = " ".join(each["code"] for each in (*entry.get("errors", ()), *entry.get("warnings", ())))
    found = (
        *(entry.get(name) for name in ("occurred_at", "status", "action", "revision")),
        *(document.get(name) for name in ("type", "number", "total", "currency")),
        waiting.get("reason"),
        codes,
    )
    yield from ("" if each is None else str(each) for each in found)
