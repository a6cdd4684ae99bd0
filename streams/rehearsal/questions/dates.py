"""Lock dates and due dates."""

from datetime import timedelta

from streams.rehearsal.demo_company import DemoCompany, saved
from streams.rehearsal.finding import Finding, Question, not_asked
from xero_client.json_codec import day_of


async def lock_binds_drafts(company: DemoCompany) -> Finding:
    """A draft dated at the lock date."""
    locks = [company.master_data.organisation.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")]
    locked = [day for day in map(day_of, locks) if day is not None]
    if not locked:
        return not_asked("no lock date is set; set one in Xero under Accounting, Lock dates")
    day = max(locked)
    document = company.invoice(Date=day.isoformat(), DueDate=company.today.isoformat())
    reply = await company.write("PUT", "Invoices", [document])
    return Finding(saved(reply, "Invoices") is None, f"a draft of {day}: {reply.in_words()}")


async def due_before_date(company: DemoCompany) -> Finding:
    """A draft that is due the day before its date."""
    due = company.today - timedelta(days=1)
    reply = await company.write("PUT", "Invoices", [company.invoice(DueDate=due.isoformat())])
    return Finding("refuse" if saved(reply, "Invoices") is None else "accept", reply.in_words())


QUESTIONS = (
    Question(
        "lock_binds_drafts",
        "Is a draft dated in a locked period refused?",
        assumed=False,
        depends="Followed: a draft in a locked period is made with a warning, or refused before any call.",
        ask=lock_binds_drafts,
    ),
    Question(
        "due_before_date",
        "May a draft be due before its date?",
        "accept",
        "Followed: a draft invoice that is due before its date is made with a warning, or refused before any call.",
        due_before_date,
    ),
)
