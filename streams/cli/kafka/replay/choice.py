"""Which status changes are chosen."""

from dataclasses import dataclass
from datetime import UTC, datetime

from mappers.inbound import subject_of
from streams.cli.kafka.records import Record


@dataclass(frozen=True, slots=True)
class Choice:
    """What was asked for; None where anything will do."""

    company: str | None = None
    shipment: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, record: Record) -> bool:
        """Whether the record is chosen."""
        return is_within(record.recorded_at, self.since, self.until) and is_of(record, self.company, self.shipment)


def is_of(record: Record, company: str | None, shipment: str | None) -> bool:
    """Whether the event is of the wanted company and shipment; None matches any.

    The value says whose it is, as for the gate: the key may be absent, or another's. An event that does not say it is
    nobody's.
    """
    if company is None and shipment is None:
        return True
    found = subject_of(record.value, record.headers)
    return found is not None and company in (None, found[0]) and shipment in (None, found[1])


def is_within(recorded_at: datetime | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether the record is from `first` on and before `last`; one without a time is where no time is asked for."""
    if recorded_at is None:
        return first is None and last is None
    return (first is None or recorded_at >= first) and (last is None or recorded_at < last)


def utc(moment: datetime | None) -> datetime | None:
    """The moment; one without a zone is in UTC."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
