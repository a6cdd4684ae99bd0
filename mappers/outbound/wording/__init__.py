"""Words for what the log says, the same on pages, in mails and at the command line."""

from mappers.outbound.wording.causes import cause_in_words
from mappers.outbound.wording.changes import differences_in_words
from mappers.outbound.wording.hints import who_and_what
from mappers.outbound.wording.log import (
    change_in_words,
    document_status_in_words,
    status_in_words,
    trigger_in_words,
    wait_in_words,
)
from mappers.outbound.wording.values import amount_in_words, money_in_words

__all__ = [
    "amount_in_words",
    "cause_in_words",
    "change_in_words",
    "differences_in_words",
    "document_status_in_words",
    "money_in_words",
    "status_in_words",
    "trigger_in_words",
    "wait_in_words",
    "who_and_what",
]
