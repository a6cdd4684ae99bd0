"""Which tax each item and account of an organisation leads to, for people: before a shipment shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mappers.model import Company, Document, Item, ReferenceData
from mappers.planning.amounts import LineTax, account_tax, in_words, product_tax

MOST_NAMED: Final = 20
"""Codes that are named of one tax; more are counted."""
INCOME: Final = frozenset({"REVENUE", "SALES", "OTHERINCOME"})
"""Account types that sales are booked on (developer.xero.com, Accounting API, Types and codes)."""


@dataclass(frozen=True, slots=True)
class TaxGroup:
    """What leads to the same tax. `tax` is in words; `is_known` is false for what has no tax type: it is refused."""

    tax: str
    is_known: bool
    items: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()

    def __str__(self) -> str:
        """One line of a report."""
        groups = (("items", self.items), ("accounts", self.accounts))
        return f"{self.tax}: {', '.join(f'{what} {_listed(codes)}' for what, codes in groups if codes)}"


def tax_overview(company: Company, reference: ReferenceData) -> tuple[TaxGroup, ...]:
    """Every item that is sold, every account of Xero's kinds for income, and the accounts that the profile names."""
    items = [(each.code, product_tax(each, company, reference)) for each in _sold(reference)]
    accounts = [(code, account_tax(code, company, reference)) for code in sorted(_accounts(company, reference))]
    taxes = sorted({tax for _, tax in (*items, *accounts)}, key=lambda tax: in_words(tax, reference))
    return tuple(
        TaxGroup(in_words(tax, reference), tax.tax_type is not None, _of(tax, items), _of(tax, accounts))
        for tax in taxes
    )


def line_taxes(document: Document, reference: ReferenceData) -> tuple[Mapping[str, str | None], ...]:
    """For each line of a document, in order: its tax type, who decided it, and the rate in percent if it is known."""
    return tuple(
        {
            "line": line.item_code or line.description,
            "tax_type": line.tax_type,
            "decided_by": line.tax_source,
            "percent": _percent(line.tax_type, reference),
        }
        for line in document.lines
    )


def _percent(tax_type: str | None, reference: ReferenceData) -> str | None:
    percent = reference.tax_percents.get(tax_type or "")
    return None if percent is None else f"{percent:f}"


def _sold(reference: ReferenceData) -> list[Item]:
    items = (each for group in reference.items.values() for each in group if each.sold)
    return sorted(items, key=lambda each: each.code)


def _accounts(company: Company, reference: ReferenceData) -> set[str]:
    named = (company.account_code, company.rounding_account, *company.charges.values())
    income = (each.code for each in reference.accounts.values() if each.type in INCOME and not each.why_not_on_sales)
    return {code for code in (*named, *income) if code}


def _of(tax: LineTax, found: list[tuple[str, LineTax]]) -> tuple[str, ...]:
    return tuple(code for code, other in found if other == tax)


def _listed(codes: tuple[str, ...]) -> str:
    more = f" and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
    return ", ".join(codes[:MOST_NAMED]) + more
