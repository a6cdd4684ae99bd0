"""When the nightly comparison is due."""

from datetime import datetime, time, timedelta

from streams.dispatch.ledger import NightlyWalk

DAY = timedelta(days=1)


def due_since(now: datetime, at: time) -> datetime:
    """The newest moment, not after now, at which a comparison is due. `at` is a time of the day in UTC."""
    today = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= now else today - DAY


def begun(night: NightlyWalk | None, now: datetime, at: time) -> NightlyWalk:
    """The comparison that is under way, or the newest one that ended.

    One that is not over when the next is due goes on: else a large ledger would be compared in its beginning alone. The
    first one waits until it is due.
    """
    due = due_since(now, at)
    if night is None:
        return NightlyWalk(begun_at=due, ended_at=due)
    return NightlyWalk(begun_at=due) if night.ended_at is not None and night.begun_at < due else night
