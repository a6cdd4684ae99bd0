"""What a line refers to: item, account, tax type, tracking. Messages are Xero's own where public records show them."""

from dataclasses import dataclass

from deploy.simulator.books import Contact, Item, Kind, Line
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.rules.totals import NO_TAX
from deploy.simulator.wire import Element, JsonObject, money

MOST_TRACKING = 2


@dataclass(frozen=True)
class Setting:
    """What the lines of one document have in common."""

    kind: Kind
    line_amount_types: str
    contact: Contact | None
    complete: bool
    """Lines of an approved document must name an account."""
    discounts: bool = True
    """Sales invoices and quotes know them, bills do not."""


def with_item(write: ElementWrite, line: Line) -> Line:
    """What the line leaves open is filled from its item; an unknown or unsold item is a problem."""
    if not line.item_code:
        return line
    item = write.organisation.items.find(line.item_code, ignore_case=write.switches.item_code_case == "ignored")
    if item is None:
        write.refuse(f"Item code '{line.item_code}' is not valid")
        return line
    if not item.is_sold:
        write.refuse(f"Item code '{line.item_code}' is not valid: the item is not sold")
    return _filled(line, item, write.unit_places)


def _filled(line: Line, item: Item, unit_places: int) -> Line:
    price = item.unit_price if line.unit_amount is None else line.unit_amount
    return line._replace(
        item_code=item.code,
        description=line.description or item.description,
        unit_amount=None if price is None else money.rounded(price, unit_places),
        account_code=line.account_code or item.account_code,
    )


def with_account(write: ElementWrite, line: Line, setting: Setting) -> Line:
    code = line.account_code or (setting.contact.sales_account if setting.contact else "")
    account = write.organisation.codes.accounts.get(code)
    if code and account is None:
        write.refuse(f"Account code '{code}' is not a valid code for this document.")
    elif account and account.status != "ACTIVE":
        write.refuse(
            f"Account code '{code}' has been archived, or has been deleted."
            " Each line item must reference a valid account."
        )
    elif account and not account.takes_sales:
        write.refuse(f"Account code '{code}' is not a valid code for this document.")
    return line._replace(account_code=code)


def with_tax(write: ElementWrite, line: Line, setting: Setting) -> Line:
    """The tax type given, else the account's: never the item's, the contact's or the organisation's.

    Source: developer.xero.com, "Tax and the Xero API"; calcinai/xero-php issue 527.
    """
    if setting.line_amount_types == NO_TAX:
        return line._replace(tax_type="NONE")
    if not line.tax_type:
        return line._replace(tax_type=_default_tax(write, line))
    rate = write.organisation.codes.tax_rates.get(line.tax_type)
    if rate is None or not rate.for_revenue or rate.status != "ACTIVE":
        write.refuse(f"The TaxType code {line.tax_type} does not exist or cannot be used for this type of transaction.")
        if line.account_code:
            write.refuse(f"The TaxType code '{line.tax_type}' cannot be used with account code '{line.account_code}'.")
    return line


def _default_tax(write: ElementWrite, line: Line) -> str:
    organisation = write.organisation
    item = organisation.items.find(line.item_code) if write.switches.tax_default == "item" else None
    if item and item.tax_type:
        return item.tax_type
    account = organisation.codes.accounts.get(line.account_code)
    return account.tax_type if account else ""


def read_tracking(write: ElementWrite, row: JsonObject, kind: Kind) -> tuple[JsonObject, ...]:
    """Up to two tracking options. A quote keeps option ids only; names there are passed over in silence."""
    rows = Element(row).rows("Tracking") or []
    if len(rows) > MOST_TRACKING:
        write.refuse("A line item can have at most 2 tracking categories.")
    found = []
    for each in rows:
        by_id_only = kind == "quote" and write.switches.quote_tracking == "option_ids"
        if by_id_only and not each.get("TrackingOptionID"):
            continue
        tracked = write.organisation.codes.tracked(each)
        if tracked:
            found.append(tracked)
        else:
            write.refuse(f"The tracking option '{each.get('Option') or each.get('TrackingOptionID')}' is not valid.")
    return tuple(found)
