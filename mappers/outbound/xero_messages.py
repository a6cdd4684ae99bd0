"""Xero's own messages with our code and hint beside them."""

import re
from collections.abc import Iterable

from mappers.model import Code, Problem
from mappers.outbound.refusals_known import NUMBER_TAKEN, REFUSALS


def refusal(message: str) -> Problem:
    """Xero's validation message as a problem. The message is kept word for word; what we do not know is
    `refused_by_xero`.
    """
    for pattern, code, field, hint in REFUSALS:
        if found := re.search(pattern, message, re.IGNORECASE):
            value = found.groupdict().get("value")
            return Problem(code=code, field=field, value=value, message=message, hint=hint)
    hint = "Xero's own words are above. Correct the shipment or the set-up in Xero, then Sync Now."
    return Problem(code=Code.REFUSED_BY_XERO, message=message, hint=hint)


def refusals(messages: Iterable[str]) -> tuple[Problem, ...]:
    """Every message of one refused element, each once, in Xero's order; never empty."""
    found = tuple(refusal(each) for each in _distinct(messages))
    return found or (refusal("Xero refused the document without a reason."),)


def xero_warnings(messages: Iterable[str]) -> tuple[Problem, ...]:
    """Xero's warnings of a document that it took, each once, in Xero's order."""
    hint = "Xero took the document. Accounting: look at it in Xero."
    return tuple(Problem(code=Code.XERO_WARNING, message=each, hint=hint) for each in _distinct(messages))


def is_number_taken(messages: Iterable[str]) -> bool:
    """Whether Xero refused a create because a document of any state has the number: look it up and judge it."""
    return any(re.search(NUMBER_TAKEN, each, re.IGNORECASE) for each in messages)


def _distinct(messages: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.strip() for each in messages if each.strip()))
