"""The newest word of each company, and what is said where a record cannot be read: then the company is paused.

Only Shipledger writes in the topic. A record that this version cannot read may be a pause; a person settles it by
saying anew what is meant, which makes a newer record of the same key.
"""

from datetime import datetime
from typing import Final, NamedTuple

from mappers.model import CompanyPause, decode_pause

LONGEST_KEY: Final = 4_096
"""Bytes: a company's id has 255 characters at most. Keys of others are kept as well."""

_SAY_IT_ANEW: Final = "`shipledger resume` or `shipledger pause` settles it"


class PauseRecord(NamedTuple):
    """A record of the topic. `why_not` says why its value cannot be read at all, key and all; else it is empty."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    at: datetime
    why_not: str = ""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"record {self.partition}/{self.offset}"


class _Said(NamedTuple):
    partition: int
    offset: int
    pause: CompanyPause


class PauseTable:
    """Pure: records in, in the order of their partitions; which company is paused out."""

    def __init__(self) -> None:
        self._said: dict[str, _Said] = {}
        self._hidden: dict[int, PauseRecord] = {}
        """By partition the last record of which nobody knows whose it is."""

    def take(self, record: PauseRecord) -> str:
        """Take the next record; returns what is wrong with it, empty where nothing is."""
        if record.why_not:
            self._hidden[record.partition] = record
            return record.why_not
        company_id = _name(record.key)
        if company_id is None:
            return "it has no company as its key, so it pauses nobody"
        if record.value is None:
            self._said.pop(company_id, None)
            return ""
        pause, fault = _read(company_id, record.value)
        self._said[company_id] = _Said(record.partition, record.offset, pause or _doubtful(company_id, record, fault))
        return fault

    def said_of(self, company_id: str) -> CompanyPause | None:
        """What was last said of the company; None where nobody ever said anything.

        What a hidden record says is not known: for a company of which nothing newer is said there, it counts as a
        pause.
        """
        said = self._said.get(company_id)
        for hidden in self._hidden.values():
            if said is None or (hidden.partition == said.partition and hidden.offset > said.offset):
                return _doubtful(company_id, hidden, hidden.why_not)
        return None if said is None else said.pause

    def pause_of(self, company_id: str) -> CompanyPause | None:
        """The company's pause; None where it is not paused."""
        said = self.said_of(company_id)
        return said if said is not None and said.paused else None


def _name(key: bytes | None) -> str | None:
    try:
        return (key or b"").decode() or None if len(key or b"") <= LONGEST_KEY else None
    except UnicodeDecodeError:
        return None


def _read(company_id: str, value: bytes) -> tuple[CompanyPause | None, str]:
    try:
        pause = decode_pause(value)
    except ValueError:
        return None, "it is no pause that this version can read"
    if pause.company_id != company_id:
        return None, "its key and its value name two companies"
    return pause, ""


def _doubtful(company_id: str, record: PauseRecord, fault: str) -> CompanyPause:
    reason = f"{record.place} of the pauses cannot be read ({fault}); {_SAY_IT_ANEW}"
    return CompanyPause(company_id=company_id, paused=True, by="Shipledger", at=record.at, reason=reason[:500])
