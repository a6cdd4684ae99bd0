"""What the page of connections asks for, and the values it shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OrganisationState:
    """An organisation as this worker knows it; None and empty texts where it does not.

    `trouble` says what a person has to do about the connection. `consent_until` is None too where no consent ends.
    `master_data_at` is when contacts and items were last compared with Xero.
    """

    name: str = ""
    trouble: str = ""
    consent_until: datetime | None = None
    calls_left: int | None = None
    resumes_at: datetime | None = None
    master_data_at: datetime | None = None


class ConnectionReader(Protocol):
    """Answers from memory."""

    def organisations(self, named: Iterable[str]) -> Mapping[str, OrganisationState]:
        """What is known of each of the organisations."""
        ...


class NothingKnown:
    """Knows of no organisation: where nothing of this process calls Xero."""

    def organisations(self, named: Iterable[str]) -> Mapping[str, OrganisationState]:
        """As the port says."""
        return {each: OrganisationState() for each in named}
