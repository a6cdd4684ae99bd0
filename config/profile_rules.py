"""What must hold between the keys of one company's table, beyond each key's own type.

The rules read the table as it was written (defaults apply where a key is absent), so that their errors are reported
together with whatever else is wrong with it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from config.addresses import is_mail_address
from config.xero import DEFAULT_CONNECTION
from mappers.inbound.attachments import source_in
from mappers.model import NEW_STATUSES, DocumentType, TriggerRule

CrossFieldError = tuple[str, str]
"""The key it is about, and what is wrong with it."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def cross_field_errors(table: Mapping[str, Any], connections: Collection[str]) -> Iterator[CrossFieldError]:
    """Everything that does not fit together in `table`. `connections` are the configured names, in lower case."""
    yield from _identity(table)
    yield from _connection(table, connections)
    yield from _document(table)
    yield from _trigger(table)
    yield from _charges(table)
    yield from _notes(table)
    yield from _attachments(table)
    for key in ("number_from", "reference_from", "date_from"):
        yield from _order(table, key)


def connection_name(written: str) -> str:
    """The name as the variables carry it: `Tasman-NZ` is configured by SHIPLEDGER_XERO__CONNECTIONS__TASMAN_NZ__…"""
    return written.strip().lower().replace("-", "_")


def _identity(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    company, organisation = table.get("id"), table.get("organisation")
    if isinstance(company, str) and not _ID.fullmatch(company.strip()):
        yield "id", f"{company!r} may hold letters, digits, '.', '_' and '-' only: it stands in keys and addresses"
    if isinstance(organisation, str) and not _is_uuid(organisation):
        yield "organisation", f"{organisation!r} is not a Xero tenant id (a UUID such as 8a1c0a3e-0f6b-4a57-…)"


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text.strip())) == text.strip().lower()
    except ValueError:
        return False


def _connection(table: Mapping[str, Any], connections: Collection[str]) -> Iterator[CrossFieldError]:
    written = table.get("connection", DEFAULT_CONNECTION)
    if not isinstance(written, str) or connection_name(written) in connections:
        return
    section = (
        "" if connection_name(written) == DEFAULT_CONNECTION else f"CONNECTIONS__{connection_name(written).upper()}__"
    )
    yield "connection", f"{written!r} has no credentials; set SHIPLEDGER_XERO__{section}CLIENT_ID and …CLIENT_SECRET"


def _document(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    kind, status = table.get("document", "invoice"), table.get("document_status", "DRAFT")
    if kind not in {each.value for each in DocumentType} or not isinstance(status, str):
        return
    allowed = NEW_STATUSES[DocumentType(kind)]
    known = {each for statuses in NEW_STATUSES.values() for each in statuses}
    if status in known and status not in allowed:
        yield "document_status", f"{status!r} is not a status of a new {kind}; choose one of {', '.join(allowed)}"


def _trigger(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    rule, statuses = table.get("trigger", TriggerRule.STATUS.value), table.get("trigger_statuses", [])
    if not isinstance(statuses, list) or not all(isinstance(each, str) for each in statuses):
        return
    if not statuses and rule in {TriggerRule.STATUS.value, TriggerRule.SYNC_NOW_IN_STATUS.value}:
        yield "trigger_statuses", f"is empty, so trigger = {rule!r} would never send anything; name at least one status"
    if any(not each.strip() for each in statuses):
        yield "trigger_statuses", "holds an empty status"
    for status in _repeated(each.strip().casefold() for each in statuses):
        yield "trigger_statuses", f"names {status!r} twice; statuses are compared without regard to case"


def _charges(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    charges = table.get("charges")
    if not isinstance(charges, Mapping):
        return
    for name, account in charges.items():
        if isinstance(account, str) and not account.strip():
            yield "charges", f"{name!r} has no account; name one, or take {name!r} out"


def _notes(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    written = table.get("notes_to")
    if not isinstance(written, list):
        return
    texts = [each.strip() for each in written if isinstance(each, str)]
    for address in texts:
        if not is_mail_address(address):
            yield "notes_to", f"{address!r} is not a mail address such as accounts@example.com"
    for address in _repeated(each.casefold() for each in texts):
        yield "notes_to", f"names {address!r} twice"


def _attachments(table: Mapping[str, Any]) -> Iterator[CrossFieldError]:
    written = table.get("attachments_from")
    for place in written if isinstance(written, list) else ():
        try:
            source_in(place.strip() if isinstance(place, str) else "")
        except ValueError as error:
            if isinstance(place, str):
                yield "attachments_from", str(error)


def _order(table: Mapping[str, Any], key: str) -> Iterator[CrossFieldError]:
    fields = table.get(key)
    if not isinstance(fields, list):
        return
    if not fields and key != "reference_from":
        yield key, "is empty; name at least one field"
    for field in _repeated(each for each in fields if isinstance(each, str)):
        yield key, f"names {field!r} twice"


def _repeated(values: Iterator[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]
