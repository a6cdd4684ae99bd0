"""The files that a shipment wants on its document, from the field `attachments` of its snapshot. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from mappers.existing import attachments as problems
from mappers.inbound.attachments.file_names import file_name_for
from mappers.inbound.attachments.references import UnusableReferenceError, reference_in
from mappers.model import MOST_ATTACHMENTS, Problem, WantedAttachment, forbidden_in_code, visible

ATTACHMENTS: Final = "attachments"
LONGEST_NAME: Final = 200
PDF: Final = "application/pdf"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Unwanted(NamedTuple):
    """An entry that cannot be used, and why."""

    name: str
    problem: Problem


def wanted_attachments(shipment: Mapping[str, Any]) -> tuple[WantedAttachment | Unwanted, ...]:
    """Each entry of the list in its order; none where the shipment has no list. Never more than Xero takes, and one
    more that says so.
    """
    given = shipment.get(ATTACHMENTS)
    if given is None or given == []:
        return ()
    if not isinstance(given, list):
        return (_unwanted("", "is not in a list of objects"),)
    return tuple(_each_name_once(given))


def _each_name_once(given: list[Any]) -> Iterator[WantedAttachment | Unwanted]:
    taken: set[str] = set()
    for each in given[:MOST_ATTACHMENTS]:
        entry = _entry(each)
        if isinstance(entry, WantedAttachment) and entry.file_name.casefold() in taken:
            entry = _unwanted(entry.name, f"has the name of another one ({entry.file_name} in Xero)")
        if isinstance(entry, WantedAttachment):
            taken.add(entry.file_name.casefold())
        yield entry
    if len(given) > MOST_ATTACHMENTS:
        yield _unwanted("", f"is one of {len(given)}, and a document takes {MOST_ATTACHMENTS}; the first were taken")


def _entry(given: Any) -> WantedAttachment | Unwanted:
    if not isinstance(given, Mapping):
        return _unwanted("", "is not an object")
    texts = {name: _text(given.get(name)) for name in ("name", "reference", "sha256", "media_type")}
    name = "" if texts["name"] in {None, "\0"} else str(texts["name"])
    fault = next(_faults(texts), None)
    if fault is not None:
        return _unwanted(name, fault)
    sha256 = texts["sha256"]
    return WantedAttachment(
        name=name,
        file_name=file_name_for(name),
        reference=texts["reference"] or "",
        sha256=None if sha256 is None else sha256.lower(),
    )


def _text(value: Any) -> str | None:
    """Trimmed; None where there is none, a value of another type as something that fits nowhere."""
    if value is None:
        return None
    return (value.strip() or None) if isinstance(value, str) else "\0"


def _faults(texts: Mapping[str, str | None]) -> Iterator[str]:
    name, reference, sha256, media_type = (texts[each] for each in ("name", "reference", "sha256", "media_type"))
    if name is None or name == "\0":
        yield "has no name"
    elif len(name) > LONGEST_NAME or forbidden_in_code(name):
        yield f"has a name of more than {LONGEST_NAME} characters, or with a hidden one"
    if media_type is not None and media_type.lower() != PDF:
        yield f"is not of the media type {PDF}, and nothing else is attached"
    if sha256 is not None and not _SHA256.fullmatch(sha256.lower()):
        yield "has a sha256 that is not 64 hexadecimal digits"
    if reference is None:
        yield "has no reference"
        return
    try:
        reference_in(reference)
    except UnusableReferenceError as error:
        yield f"cannot be used: its reference {error}"


def _unwanted(name: str, why: str) -> Unwanted:
    return Unwanted(visible(name), problems.invalid(name, why))
