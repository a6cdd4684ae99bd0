"""The questions, by what they are about."""

from streams.rehearsal.finding import Question
from streams.rehearsal.questions import amounts, batches, calls, dates, filters, lines, numbers, quotes

QUESTIONS: tuple[Question, ...] = (
    *batches.QUESTIONS,
    *calls.QUESTIONS,
    *numbers.QUESTIONS,
    *lines.QUESTIONS,
    *amounts.QUESTIONS,
    *dates.QUESTIONS,
    *quotes.QUESTIONS,
    *filters.QUESTIONS,
)

__all__ = ["QUESTIONS"]
