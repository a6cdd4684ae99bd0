"""How fresh the reference cache is kept, and what that may cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """Seconds and shares of the day's calls, each for one organisation.

    All of master data costs at most a tenth of the day's calls: `burst_share` at once, `day_share` spread over the day.
    The app of Xero's smallest tier (1,000 calls a day) keeps 900 of them for documents.
    """

    refresh_seconds: float = 300.0
    """Between two looks for contacts and items that changed, where the day has `comfortable_calls` left."""

    comfortable_calls: int = 5_000
    slowest: float = 24.0
    """With fewer calls left everything in the background is so many times slower, but at most this."""

    miss_seconds: float = 60.0
    """For which a code that Xero lacks is not looked up again, unless somebody asks anew."""

    recent_seconds: float = 1.0
    """A list read that recently is not read again for a code that it lacks."""

    recheck_seconds: float = 10.0
    """The same for a code that was looked up in vain: whoever adds it to Xero now should not wait for a minute."""

    settings_seconds: float = 3_600.0
    """Between two reads of the organisation itself, its currencies and the optional lists."""

    watch_seconds: float = 50.0
    watch_for: float = 1_800.0
    """A list that lacked something is read more often for a while: people correct what they have just read about."""

    whole_seconds: float = 21_600.0
    """Between two reads of all contacts and items: what was deleted does not show as modified."""

    idle_after: float = 3_600.0
    idle_factor: float = 4.0
    """After so many seconds without a question the refreshes are so many times further apart."""

    look_ups: int = 5
    """Look-ups for one question. The refresh before them has brought all that changed; they find what it cannot."""

    burst_share: float = 0.02
    day_share: float = 0.075
    least_burst: int = 5
    kept_for_questions: float = 0.5
    """Of the burst, what the background leaves to those who miss a code."""

    kept_for_people: float = 0.3
    """Of the burst, what all others leave to people who ask (Sync Now): whoever asks gets an answer from Xero."""

    remembered_misses: int = 10_000
    """Codes remembered as missing."""

    tick_seconds: float = 1.0
    """Between two looks for what is due."""
