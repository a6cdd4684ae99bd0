"""Which tax type a line gets: ours to decide, since Xero would take the account's alone.

Without a TaxType Xero's API charges the account's tax, whatever the item or the contact say (Xero's page "Tax and the
Xero API"), so that an export would be sold with GST. The profile decides, else the item, else the account (ADR 10).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from mappers.model import Code, Company, Item, LineAmounts, Problem, ReferenceData, TaxSource


@dataclass(frozen=True, slots=True)
class LineTax:
    """A line's tax type and who decided it; without one nobody knows of any."""

    tax_type: str | None = None
    source: TaxSource | None = None


@dataclass(frozen=True, slots=True)
class Taxed:
    """What leads to a tax type: `subject` says it in words, `account` is where it is booked."""

    field: str
    value: str
    subject: str
    account: str | None
    tax: LineTax


def product_tax(item: Item, company: Company, reference: ReferenceData) -> LineTax:
    """The tax of a line with an item."""
    if company.tax_type:
        return LineTax(company.tax_type, TaxSource.PROFILE)
    if item.tax_type:
        return LineTax(item.tax_type, TaxSource.ITEM)
    return _of_account(company.account_code or item.account_code, reference)


def account_tax(account: str | None, company: Company, reference: ReferenceData) -> LineTax:
    """The tax of a line without an item: a charge, or rounding."""
    if company.tax_type:
        return LineTax(company.tax_type, TaxSource.PROFILE)
    return _of_account(account, reference)


def check_tax(taxed: Taxed, company: Company, reference: ReferenceData) -> Iterator[Problem]:
    """Whether there is a tax type, and whether the organisation has it, as far as that is known.

    A document without tax needs none: Xero charges none there, whatever a line says. What the profile names is checked
    with the profile.
    """
    if company.line_amounts is LineAmounts.NO_TAX or taxed.tax.source is TaxSource.PROFILE:
        return
    if taxed.tax.tax_type is None:
        yield _unknown(taxed)
    elif reference.tax_types and taxed.tax.tax_type not in reference.tax_types:
        yield _invalid(taxed, taxed.tax.tax_type)


def in_words(tax: LineTax, reference: ReferenceData) -> str:
    """The tax as people read it, with its rate where that is known."""
    if tax.tax_type is None or tax.source is None:
        return "no tax type"
    percent = reference.tax_percents.get(tax.tax_type)
    rate = "" if percent is None else f" ({percent:f} %)"
    return f"{tax.tax_type}{rate} by the {tax.source.value}"


def _of_account(code: str | None, reference: ReferenceData) -> LineTax:
    account = reference.accounts.get(code or "")
    if account is None or not account.tax_type:
        return LineTax()
    return LineTax(account.tax_type, TaxSource.ACCOUNT)


def _unknown(taxed: Taxed) -> Problem:
    nobody = "neither the profile nor the item has one, and there is no account that could"
    if taxed.account:
        nobody = f"neither the profile, nor the item, nor account {taxed.account} has one"
    return Problem(
        code=Code.TAX_TYPE_UNKNOWN,
        field=taxed.field,
        value=taxed.value,
        message=f"No tax type is known for {taxed.subject}: {nobody}.",
        hint="Accounting: set the sales tax of the item or the tax rate of the account in Xero, or tax_type in the "
        "profile; then Sync Now.",
    )


def _invalid(taxed: Taxed, tax_type: str) -> Problem:
    return Problem(
        code=Code.TAX_TYPE_INVALID,
        field=taxed.field,
        value=tax_type,
        message=f"The tax type {tax_type} of {taxed.subject} is not one that Xero has for sales.",
        hint="Accounting: correct the sales tax of the item or the tax rate of the account in Xero, or set tax_type in "
        "the profile; then Sync Now.",
    )
