"""The files on documents: what Xero lists, and the key of one that is put there."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from mappers.model import DocumentType, ListedFile
from xero_client.errors import UnavailableError
from xero_client.json_codec import number_of, rows_of, text_of
from xero_client.port import NewFile

_LIST: Final = "Attachments"


def listed_files(reply: Mapping[str, Any]) -> tuple[ListedFile, ...]:
    """The files that a reply lists. Raises UnavailableError where it has no list: taken for none, one would be put
    twice.
    """
    if not isinstance(reply.get(_LIST), list):
        raise UnavailableError(f"Xero's reply has no {_LIST}")
    return tuple(_listed(each) for each in rows_of(reply[_LIST]))


def file_key(organisation: str, kind: DocumentType, xero_id: str, file: NewFile) -> str:
    """The Idempotency-Key of a file."""
    said = [organisation, "file", kind.value, xero_id, file.file_name, file.sha256, file.replaces]
    return hashlib.sha256(orjson.dumps(said)).hexdigest()


def _listed(row: Mapping[str, Any]) -> ListedFile:
    size = number_of(row.get("ContentLength"))
    return ListedFile(
        text_of(row.get("AttachmentID")) or "", text_of(row.get("FileName")) or "", None if size is None else int(size)
    )
