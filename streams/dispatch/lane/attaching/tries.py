"""How often a file is tried, and when again. Pure."""

from typing import Final

PAUSES: Final = (60.0, 300.0, 1800.0, 7200.0, 21_600.0, 28_800.0, 28_800.0, 3600.0)
"""Seconds after each try: the last one begins when a day is over, and is followed by a look where it was unclear."""
MOST_TRIES: Final = len(PAUSES)
UNCLEAR_SECONDS: Final = 400.0
"""After an unclear answer: under the same key Xero gives it again for six minutes (its page "Idempotency")."""


def is_only_look(tries: int) -> bool:
    """Whether nothing is sent any more: the last try was unclear, or ended with its process, so it is looked at."""
    return tries > MOST_TRIES


def is_beyond(tries: int) -> bool:
    """Whether not even that came to an end."""
    return tries > MOST_TRIES + 1


def is_last(tries: int) -> bool:
    """Whether what fails now is left."""
    return tries >= MOST_TRIES


def pause_after(tries: int, *, is_unclear: bool) -> float:
    """Seconds until the next try, after so many were begun."""
    pause = PAUSES[min(max(tries, 1), MOST_TRIES) - 1]
    return max(pause, UNCLEAR_SECONDS) if is_unclear else pause
