"""How fresh the reference cache is kept, and what that may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """Seconds and numbers of calls, each for one organisation.

    With the defaults an organisation in use costs at most 900 calls a day, which leaves even an app of Xero's smallest
    tier (1,000 calls a day) able to write; one that is not in use costs a quarter.
    """

    refresh_seconds: float = 300.0
    """Between two looks for contacts and items that changed."""

    miss_seconds: float = 60.0
    """For which a code that Xero lacks is not looked up again; also between two reads of currencies on demand."""

    recent_seconds: float = 1.0
    """A list read that recently is not read again for a code that it lacks."""

    recheck_seconds: float = 10.0
    """The same for a code that was looked up in vain: whoever adds it to Xero now should not wait for a minute."""

    settings_every: int = 2
    """The organisation itself, its currencies and the optional lists are read with every such refresh."""

    whole_seconds: float = 21_600.0
    """Between two reads of all contacts and items: what was deleted does not show as modified."""

    idle_after: float = 3_600.0
    idle_factor: float = 4.0
    """After so many seconds without a question the refreshes are so many times further apart."""

    look_ups: int = 5
    """Look-ups for one question. The refresh before them has brought all that changed; they find what it cannot."""

    miss_calls: int = 20
    miss_call_seconds: float = 30.0
    """So many calls for missing codes at once, and one more every so many seconds: a flood of unknown codes leaves the
    minute's 60 calls, and the day's 5,000, to the writes."""

    remembered_misses: int = 10_000
    """Codes remembered as missing."""

    @property
    def tick_seconds(self) -> float:
        """Between two looks for what is due."""
        return min(1.0, self.refresh_seconds)
