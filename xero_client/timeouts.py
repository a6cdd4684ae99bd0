"""How long we wait for Xero: the one place of these defaults, so light that the settings can refer to it."""

from dataclasses import dataclass
from typing import Final

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 40.0
"""Beyond it a write counts as one of unknown effect. A call that takes this long is rare, but not a failed one."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, to wait for the next bytes, and for the whole call (`total`; None: the sum of the two)."""

    connect: float = CONNECT_SECONDS
    read: float = READ_SECONDS
    total: float | None = None

    @property
    def call(self) -> float:
        """Seconds that a call may take from its start to the last byte of its reply."""
        return self.connect + self.read if self.total is None else self.total
