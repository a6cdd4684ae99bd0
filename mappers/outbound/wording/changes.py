"""What was and what is, where somebody changed a document in Xero."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mappers.outbound.wording.log import document_status_in_words
from mappers.outbound.wording.values import amount_in_words, money_in_words

_AMOUNTS: Final = (
    ("amount_paid", "paid"), ("amount_credited", "credited"), ("total", "total"), ("total_tax", "tax"),
)  # fmt: skip


def differences_in_words(before: Mapping[str, Any], after: Mapping[str, Any], currency: str) -> Iterator[str]:
    """Each thing that differs, as "paid 100.00 → 250.00 USD"."""
    if before["xero_status"] != after["xero_status"]:
        yield " → ".join(document_status_in_words(each["xero_status"]) for each in (before, after))
    if before["number"] != after["number"]:
        yield f"number {before['number']} → {after['number']}"
    for name, word in _AMOUNTS:
        was, now = before.get(name), after.get(name)
        if now is not None and was != now and (was is not None or now.strip("0.")):
            shown = "" if was is None else f"{amount_in_words(was, currency)} → "
            yield f"{word} {shown}{money_in_words(now, currency)}"
