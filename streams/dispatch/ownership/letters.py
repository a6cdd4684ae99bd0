"""The dead letters of the dispatcher: they go into a ledger transaction, so they must fit at the first try."""

from datetime import datetime
from typing import Any

from mappers.inbound import Coordinates, Poison, bare_letter, dead_letter_headers, letter_size
from streams.dispatch.ledger import DeadLetter
from streams.reading import description_of, first_offset

MOST_BYTES = 1_000_000
"""Below what a topic takes by a broker's default (1 MiB): a transaction that is refused would come back for ever."""


def letter_of(
    record: Any,
    poison: Poison,
    failed_at: datetime,
    version: str,
    *,
    at: Coordinates | None = None,
    bare: bool = False,
) -> DeadLetter:
    """The record as it was, and why it went aside; without its value where it is too large, or `bare` asks for it.

    `at` says where it is, for a record that does not.
    """
    at = at or Coordinates(record.topic, record.partition, first_offset(record.value, record.offset))
    headers = dead_letter_headers(poison, at, record.headers, failed_at=failed_at, worker_version=version)
    headers += description_of(record.value)
    if not bare and letter_size(record.key, record.value, headers) <= MOST_BYTES:
        return DeadLetter(record.key, record.value, tuple(headers))
    key, headers = bare_letter(record.key, record.value, headers)
    return DeadLetter(key, b"", tuple(headers))
