"""Lock dates bind approved documents: a draft may be dated in closed books, and waits there for an open period.

Source: Xero's help on lock dates; messages as vendors' help pages show them.
"""

from datetime import date

from deploy.simulator.books import PERSON, Document
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.wire import dates

_UNAPPROVED = frozenset({"DRAFT", "SUBMITTED", "DELETED"})


def check_locks(write: ElementWrite, before: Document | None, after: Document) -> None:
    """Refuse to touch an approved document in closed books, and to approve one that is dated there."""
    held = _lock(write, before) if before else None
    asked = _lock(write, after)
    if held:
        write.refuse(f"The document cannot be edited as it is currently dated before the {held[0]} lock date")
    elif asked:
        write.refuse(
            f"The document date cannot be before the {asked[0]} lock date, currently set at {dates.words(asked[1])}"
        )


def _lock(write: ElementWrite, document: Document) -> tuple[str, date] | None:
    """The lock that binds the document: its name and its date."""
    switches, organisation = write.switches, write.organisation
    if write.author == PERSON or switches.adviser_ignores_locks:
        return None
    if document.status in _UNAPPROVED and not switches.lock_binds_drafts:
        return None
    year, period = organisation.end_of_year_lock_date, organisation.period_lock_date
    if year and document.day <= year:
        return "end of year", year
    if period and document.day <= period:
        return "period", period
    return None
