"""What was seen of a sample against what was expected. Pure: values in, differences in words out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from deploy.demo.samples import Expected, ExpectedDocument, Sample

JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of a sample.

    `log` is the integration log, oldest first, None where the worker knows no such shipment; `dead_letters` are the
    reasons of its dead letters; `documents` are those of the expected numbers, as the simulator shows them.
    """

    log: Sequence[JsonObject] | None = None
    dead_letters: Sequence[str] = ()
    documents: Sequence[JsonObject] = field(default_factory=tuple)


def is_settled(sample: Sample, seen: Seen) -> bool:
    """Whether as much has happened as is expected (not whether it is right)."""
    log = sample.expect.log
    if log is not None and sample.expect.dead_letter is None and (seen.log is None or len(seen.log) < len(log)):
        return False
    if any(each.files and not _has_files(each, seen) for each in sample.expect.documents):
        return False
    return sample.expect.dead_letter is None or bool(seen.dead_letters)


def differences(sample: Sample, seen: Seen) -> tuple[str, ...]:
    """Every way in which `seen` is not what the sample expects; none: it is."""
    return tuple(_differences(sample.expect, seen))


def _differences(expected: Expected, seen: Seen) -> Iterator[str]:
    yield from _log(expected.log or (), seen.log or ())
    wanted = [] if expected.dead_letter is None else [expected.dead_letter]
    if list(seen.dead_letters) != wanted:
        yield f"dead letters {list(seen.dead_letters)}, expected {wanted}"
    for document in expected.documents:
        yield from _document(document, [each for each in seen.documents if _has_number(each, document)])


def _log(expected: Sequence[JsonObject], seen: Sequence[JsonObject]) -> Iterator[str]:
    if len(expected) != len(seen):
        yield f"{len(seen)} entries in the log ({', '.join(each['status'] for each in seen)}), expected {len(expected)}"
    for number, (wanted, found) in enumerate(zip(expected, seen, strict=False), start=1):
        for difference in _entry(wanted, found):
            yield f"entry {number}: {difference}"


def _entry(wanted: JsonObject, found: JsonObject) -> Iterator[str]:
    for name in ("status", "action"):
        if wanted[name] != found[name]:
            yield f"{name} {found[name]}, expected {wanted[name]}"
    yield from _reference(wanted["document"], found["document"])
    yield from _errors(wanted["errors"], found["errors"])
    codes = sorted(each["code"] for each in found["warnings"])
    if codes != sorted(wanted["warnings"]):
        yield f"warnings {codes}, expected {sorted(wanted['warnings'])}"


def _reference(wanted: JsonObject | None, found: JsonObject | None) -> Iterator[str]:
    if wanted is None:
        return
    if found is None:
        yield f"no document, expected {wanted['number']}"
        return
    for name in ("type", "number", "currency"):
        if wanted[name] != found[name]:
            yield f"document {name} {found[name]}, expected {wanted[name]}"
    if not _same_amount(wanted["total"], found["total"]):
        yield f"document total {found['total']}, expected {wanted['total']}"


def _errors(wanted: Sequence[JsonObject], found: Sequence[JsonObject]) -> Iterator[str]:
    for error in wanted:
        if not any(all(each.get(name) == value for name, value in error.items()) for each in found):
            yield f"no error {dict(error)}"
    if len(found) != len(wanted):
        yield f"{len(found)} errors ({', '.join(each['code'] for each in found)}), expected {len(wanted)}"


def _document(wanted: ExpectedDocument, found: Sequence[JsonObject]) -> Iterator[str]:
    if len(found) != wanted.count:
        yield f"{len(found)} documents {wanted.number} in Xero, expected {wanted.count}"
    for document in found:
        contact = document["Contact"].get("Name")
        if wanted.contact is not None and contact != wanted.contact:
            yield f"{wanted.number} in Xero is for {contact}, expected {wanted.contact}"
        if wanted.total is not None and not _same_amount(wanted.total, document["Total"]):
            yield f"{wanted.number} in Xero amounts to {document['Total']}, expected {wanted.total}"
        if _files_of(document) != sorted(wanted.files):
            yield f"{wanted.number} in Xero has the files {_files_of(document)}, expected {sorted(wanted.files)}"


def _has_files(wanted: ExpectedDocument, seen: Seen) -> bool:
    return any(_files_of(each) for each in seen.documents if _has_number(each, wanted))


def _files_of(document: JsonObject) -> list[str]:
    return sorted(document["_sim"]["attachments"])


def _has_number(document: JsonObject, wanted: ExpectedDocument) -> bool:
    return wanted.number in (document.get("InvoiceNumber"), document.get("QuoteNumber"))


def _same_amount(wanted: str, found: Any) -> bool:
    try:
        return Decimal(wanted) == Decimal(str(found))
    except InvalidOperation:
        return False
