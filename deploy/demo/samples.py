"""The sample shipments: what is published, and what must come of it. One JSON file each, in `samples/`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.demo.files import SAMPLE_PLACE

FOLDER = Path(__file__).with_name("samples")


@dataclass(frozen=True, slots=True)
class Publish:
    """Put a value on the topic of status changes."""

    value: bytes


@dataclass(frozen=True, slots=True)
class AwaitEntries:
    """Wait until the shipment's integration log has so many entries."""

    count: int


@dataclass(frozen=True, slots=True)
class SendToAccounting:
    """Ask for Sync Now over HTTP, as the shipment listing does."""

    shipments: tuple[str, ...]


Step = Publish | AwaitEntries | SendToAccounting


@dataclass(frozen=True, slots=True)
class ExpectedDocument:
    """How many documents of that number the organisation has, and what the one there is says.

    `files` are the names of the files on it.
    """

    company: str
    type: str
    number: str
    contact: str | None
    total: str | None
    count: int
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expected:
    """`log` is the integration log, oldest first, as objects of the file; None where the company has none."""

    log: tuple[Mapping[str, Any], ...] | None
    documents: tuple[ExpectedDocument, ...]
    dead_letter: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """One shipment's story. `key` is the Kafka key."""

    name: str
    title: str
    shows: str
    company: str
    shipment: str
    steps: tuple[Step, ...]
    expect: Expected

    @property
    def key(self) -> str:
        """`company/shipment`."""
        return f"{self.company}/{self.shipment}"


def load(folder: Path = FOLDER, files: Path | None = None) -> tuple[Sample, ...]:
    """Every sample of the folder in the order of the files' names; what shipments refer to is in `files`."""
    place = SAMPLE_PLACE if files is None else files.as_uri()
    found = ((each.stem, each.read_text(encoding="utf-8")) for each in sorted(folder.glob("*.json")))
    return tuple(_sample(name, json.loads(text.replace(SAMPLE_PLACE, place))) for name, text in found)


def _sample(name: str, written: Mapping[str, Any]) -> Sample:
    return Sample(
        name=name,
        title=written["title"],
        shows=written["shows"],
        company=written["company"],
        shipment=written["shipment"],
        steps=tuple(_step(each) for each in written["steps"]),
        expect=_expected(written["expect"]),
    )


def _step(written: Mapping[str, Any]) -> Step:
    match dict(written):
        case {"publish": event}:
            return Publish(json.dumps(event, ensure_ascii=False).encode())
        case {"publish_text": text}:
            return Publish(text.encode())
        case {"await_entries": count}:
            return AwaitEntries(count)
        case {"send_to_accounting": shipments}:
            return SendToAccounting(tuple(shipments))
        case unknown:
            raise ValueError(f"a sample has an unknown step: {unknown}")


def _expected(written: Mapping[str, Any]) -> Expected:
    log = written["log"]
    return Expected(
        log=None if log is None else tuple(log),
        documents=tuple(_document(**each) for each in written["documents"]),
        dead_letter=written["dead_letter"],
    )


def _document(files: Sequence[str] = (), **written: Any) -> ExpectedDocument:
    return ExpectedDocument(**written, files=tuple(files))
