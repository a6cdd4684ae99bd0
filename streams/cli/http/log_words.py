"""The integration log in words: what somebody at a terminal reads of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mappers.outbound import (
    change_in_words,
    differences_in_words,
    money_in_words,
    status_in_words,
    trigger_in_words,
    wait_in_words,
)
from streams.cli.terminal import local_minute


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry, or what somebody did in Xero. `says` are its problems and waits, each a sentence or more."""

    at: str
    status: str
    asked: str
    document: str
    total: str
    says: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """All but what it says, in order."""
        return self.at, self.status, self.asked, self.document, self.total


def headline(log: Mapping[str, Any]) -> str:
    """How the shipment stands."""
    if not log["entries"]:
        return f"{log['shipment_id']}: nothing was sent"
    return f"{log['shipment_id']}: {status_in_words(log['sync_status'])}, {local_minute(log['synced_at'])}"


def lines(log: Mapping[str, Any]) -> list[LogLine]:
    """What its log says, newest first."""
    found = [(entry["occurred_at"], _of_entry(entry)) for entry in log["entries"]]
    changes = [(_when(each), _of_change(each)) for each in log.get("changes", [])]
    both = sorted([*found, *changes], key=lambda pair: _order(pair[0]), reverse=True) if changes else found
    return [line for _, line in both]


def _order(at: str) -> datetime:
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _when(change: Mapping[str, Any]) -> str:
    """As Xero dates it; where it does not, as it was seen."""
    found: str = change.get("updated_at") or change["occurred_at"]
    return found


def _of_entry(entry: Mapping[str, Any]) -> LogLine:
    document, by = entry["document"], entry.get("requested_by")
    return LogLine(
        at=local_minute(entry["occurred_at"]),
        status=status_in_words(entry["status"]),
        asked=trigger_in_words(entry["trigger"]) + (f" by {by}" if by else ""),
        document=f"{document['number']} {entry['action'] or ''}".strip() if document else "",
        total=money_in_words(document["total"], document["currency"]) if document else "",
        says=tuple(_says(entry)),
    )


def _says(entry: Mapping[str, Any]) -> Iterator[str]:
    if waiting := entry["waiting"]:
        until = f" until {local_minute(waiting['resume_at'])}" if waiting.get("resume_at") else ""
        yield f"Waits{until}: {wait_in_words(waiting['reason'])}."
    yield from (_problem(each) for each in entry["errors"])
    yield from (f"Warning: {_problem(each)}" for each in entry["warnings"])


def _problem(problem: Mapping[str, Any]) -> str:
    return " ".join(each for each in (problem["message"], problem.get("hint"), f"({problem['code']})") if each)


def _of_change(change: Mapping[str, Any]) -> LogLine:
    document = change["document"]
    return LogLine(
        at=local_minute(_when(change)),
        status=change_in_words(change["change"]),
        asked="Somebody in Xero",
        document=document["number"],
        total="",
        says=tuple(differences_in_words(change["before"], change["after"], document["currency"])),
    )
