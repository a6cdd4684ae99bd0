"""A dead letter as the pages show it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter. `value` is the beginning of its bytes as text; `why_not_again`: empty where it can be sent."""

    partition: int
    offset: int
    key: str
    reason: str
    message: str
    failed_at: str
    came_from: str
    value: str
    size: int
    why_not_again: str
    content: bytes = b""
    """All of its bytes, where it was asked for by itself."""

    @property
    def company_id(self) -> str:
        """Whose it is, as its key says; empty where it says nothing."""
        company, slash, _ = self.key.partition("/")
        return company if slash else ""
