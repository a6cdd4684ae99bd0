"""Tracked items: an approved invoice takes them from stock, which goes below zero only where the call allows it."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from deploy.simulator.books import Document, Organisation
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.wire import money


def check_stock(write: ElementWrite, document: Document) -> None:
    """Since August 2026 Xero refuses what would go below zero unless `allowBackorders=true`."""
    for code, wanted in _wanted(write.organisation, document).items():
        if write.organisation.items.by_code[code].on_hand < wanted and not write.allow_backorders:
            write.refuse(f"The quantity of item '{code}' on hand is not enough for this sale.")


def take_stock(organisation: Organisation, document: Document) -> None:
    for code, wanted in _wanted(organisation, document).items():
        item = organisation.items.by_code[code]
        organisation.items.put(replace(item, on_hand=item.on_hand - wanted))


def _wanted(organisation: Organisation, document: Document) -> dict[str, Decimal]:
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in document.lines:
        item = organisation.items.find(line.item_code)
        if item and item.tracked:
            wanted[item.code] += line.quantity or money.ZERO
    return wanted
