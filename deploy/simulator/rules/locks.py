"""Lock dates: documents dated up to them do not change."""

from deploy.simulator.books import PERSON, Document
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.wire import dates

_UNPOSTED = frozenset({"DRAFT", "SUBMITTED", "DELETED"})


def lock_problem(write: ElementWrite, document: Document) -> str | None:
    """Xero's message when the document's date is locked, else `None`."""
    switches, organisation = write.switches, write.organisation
    if write.author == PERSON or switches.adviser_ignores_locks:
        return None
    if document.status in _UNPOSTED and not switches.lock_binds_drafts:
        return None
    year, period = organisation.end_of_year_lock_date, organisation.period_lock_date
    if year and document.day <= year:
        return f"The document date cannot be before the end of year lock date, currently set at {dates.words(year)}"
    if period and document.day <= period:
        return f"The document date cannot be before the period lock date, currently set at {dates.words(period)}"
    return None
