"""What the topics are called on these brokers."""

from dataclasses import dataclass, replace
from typing import Self

from streams.topics.specs import (
    ATTENTION_NOTES,
    COMPANY_PAUSES,
    DEAD_LETTERS,
    DOCUMENT_LEDGER,
    STATUS_CHANGES,
    SYNC_OUTCOMES,
    SYNC_REQUESTS,
    TOPICS,
    TopicSpec,
)


@dataclass(frozen=True, slots=True)
class TopicNames:
    """The names of the contract, unless an operator has put a prefix before all of them."""

    status_changes: str = STATUS_CHANGES
    sync_requests: str = SYNC_REQUESTS
    sync_outcomes: str = SYNC_OUTCOMES
    dead_letters: str = DEAD_LETTERS
    company_pauses: str = COMPANY_PAUSES
    attention_notes: str = ATTENTION_NOTES
    document_ledger: str = DOCUMENT_LEDGER

    @classmethod
    def behind(cls, prefix: str) -> Self:
        """The names with a prefix before each; with the empty one they are the contract's."""
        return cls(*(prefix + spec.name for spec in TOPICS))

    @property
    def all(self) -> tuple[str, ...]:
        """In the order of the contract."""
        return (
            self.status_changes,
            self.sync_requests,
            self.sync_outcomes,
            self.dead_letters,
            self.company_pauses,
            self.attention_notes,
            self.document_ledger,
        )

    @property
    def open_to_others(self) -> tuple[str, str]:
        """Those that others write to, or may: what lies in them is only asked for."""
        return self.status_changes, self.sync_requests

    @property
    def specs(self) -> tuple[TopicSpec, ...]:
        """How each of them is made."""
        return tuple(replace(spec, name=name) for spec, name in zip(TOPICS, self.all, strict=True))
