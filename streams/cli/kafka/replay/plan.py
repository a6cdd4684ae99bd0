"""What a replay would publish, counted by company, in a memory that does not grow with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from mappers.inbound import Poison, read_event, subject_of, trigger_of
from mappers.model import Company
from streams.cli.kafka.records import Record
from streams.cli.output import Cell

COLUMNS: Final = ("company", "events", "shipments", "requests", "first", "last")
MOST_SHIPMENTS: Final = 100_000
"""Told apart; more are counted no further."""
MOST_COMPANIES: Final = 1_000
"""An event may name any."""
_SHOWN = 20
_NOBODY = "(does not say)"
_OTHERS = "(others)"


@dataclass(slots=True)
class _Of:
    """What one company has in the plan."""

    events: int = 0
    requests: int = 0
    shipments: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(slots=True)
class Plan:
    """The chosen events. `companies`: those of the profile, by which events are judged; None where there is none."""

    companies: Mapping[str, Company] | None
    events: int = 0
    requests: int = 0
    shown: list[str] = field(default_factory=list)
    _of: dict[str, _Of] = field(default_factory=dict)
    _shipments: set[int] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Count one event."""
        subject = subject_of(record.value, record.headers)
        self.events += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(_line(record, subject))
        tally = self._tally(_NOBODY if subject is None else subject[0])
        tally.events += 1
        if subject is not None:
            self._meet(tally, subject)
        asks = self._asks(record)
        tally.requests += asks
        self.requests += asks
        tally.first = _least(tally.first, record.recorded_at)
        tally.last = _greatest(tally.last, record.recorded_at)

    def rows(self) -> Iterator[Sequence[Cell]]:
        """The cells of each company as COLUMNS names them, the company with the most events first."""
        for name, each in sorted(self._of.items(), key=lambda item: (-item[1].events, item[0])):
            requests = None if self.companies is None else each.requests
            yield name, each.events, self._shipments_of(each), requests, _text(each.first), _text(each.last)

    @property
    def has_more_shipments(self) -> bool:
        """Whether there are more than are told apart."""
        return len(self._shipments) >= MOST_SHIPMENTS

    def _shipments_of(self, tally: _Of) -> Cell:
        return f"{tally.shipments} or more" if self.has_more_shipments else tally.shipments

    def _tally(self, name: str) -> _Of:
        if name not in self._of and len(self._of) >= MOST_COMPANIES:
            name = _OTHERS
        return self._of.setdefault(name, _Of())

    def _meet(self, tally: _Of, subject: tuple[str, str]) -> None:
        """Count a shipment that was not met before."""
        if (known := hash(subject)) not in self._shipments and not self.has_more_shipments:
            self._shipments.add(known)
            tally.shipments += 1

    def _asks(self, record: Record) -> bool:
        """Whether the gate would make a request of it."""
        if self.companies is None or record.value is None:
            return False
        event = read_event(record.value, record.headers, self.companies, recorded_at=record.recorded_at)
        return not isinstance(event, Poison) and trigger_of(event, self.companies[event.company_id]) is not None


def _line(record: Record, subject: tuple[str, str] | None) -> str:
    return f"{_text(record.recorded_at) or '-'}  {record.place}  {'/'.join(subject) if subject is not None else '-'}"


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _least(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)


def _greatest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)
