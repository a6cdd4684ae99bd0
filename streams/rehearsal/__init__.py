"""A rehearsal against a real Xero: what its pages leave open is asked of a Demo Company, once, and written down."""

from streams.rehearsal.caller import MOST_CALLS, Caller
from streams.rehearsal.facts import facts_text
from streams.rehearsal.finding import Finding, Question
from streams.rehearsal.journal import Journal, Made
from streams.rehearsal.questions import QUESTIONS
from streams.rehearsal.rehearsal import NoDemoCompanyError, Rehearsal, Result

__all__ = [
    "MOST_CALLS",
    "QUESTIONS",
    "Caller",
    "Finding",
    "Journal",
    "Made",
    "NoDemoCompanyError",
    "Question",
    "Rehearsal",
    "Result",
    "facts_text",
]
