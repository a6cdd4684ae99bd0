"""The products of a shipment: the Xero items whose code equals ImpexDocs' product code."""

from mappers.model import (
    Code,
    Company,
    Item,
    Problem,
    ReferenceData,
    aliased,
    first_difference,
    with_code,
    with_similar_code,
)


def find_product(code: str, field: str, company: Company, reference: ReferenceData) -> Item | Problem:
    """The item whose Code is exactly `code` (trimmed, aliases of the profile applied) and that is sold.

    Whether Xero ignores the case of item codes is not documented, so they are compared exactly. `field` names the
    shipment's field.
    """
    wanted = aliased(code, company.product_aliases)
    exact = _exact(wanted, reference)
    if sold := next((each for each in exact if each.sold), None):
        return sold
    if exact:
        return _not_sold(code, field, exact[0])
    # ImpexDocs' own words, so that people find them in its help pages.
    message = f"ProductLines.ProductCode({code}) : not found in XERO(Lines.Item.Number)."
    hint = _hint(wanted, reference) + _translated(code, wanted)
    return Problem(code=Code.PRODUCT_NOT_FOUND, field=field, value=code, message=message, hint=hint)


def has_product(wanted: str, reference: ReferenceData) -> bool:
    """Whether an item that is sold has the code `wanted`."""
    return any(each.sold for each in _exact(wanted, reference))


def account_fault(code: str, reference: ReferenceData) -> str:
    """Why no line of a sale can be on the account ("Account 090 (Bank) is …"); empty where one can, or nobody knows."""
    if not reference.accounts:
        return ""
    account = reference.accounts.get(code)
    if account is None:
        return f"Account {code} is not in Xero"
    return f"Account {code} ({account.name}) {account.why_not_on_sales}" if account.why_not_on_sales else ""


def check_account(item: Item, field: str, company: Company, reference: ReferenceData) -> Problem | None:
    """The item's sales account, where the profile names none: it may have been archived since the item was made."""
    code = "" if company.account_code else item.account_code or ""
    fault = account_fault(code, reference) if code else ""
    if not fault:
        return None
    return Problem(
        code=Code.ACCOUNT_INVALID,
        field=field,
        value=code,
        message=f"{fault}, and it is the sales account of the item {item.code}.",
        hint=f"Accounting: correct account {code} in Xero, or give the item another sales account.",
    )


def _exact(wanted: str, reference: ReferenceData) -> tuple[Item, ...]:
    return with_code(reference.items, wanted, lambda each: each.code)


def _not_sold(code: str, field: str, item: Item) -> Problem:
    return Problem(
        code=Code.PRODUCT_NOT_SOLD,
        field=field,
        value=code,
        message=f"ProductLines.ProductCode({code}) : not sold in XERO(Lines.Item.Number).",
        hint=f"Accounting: open the item {item.code} ({item.name}) in Xero and tick 'I sell this item'.",
    )


def _hint(wanted: str, reference: ReferenceData) -> str:
    if near := _near(wanted, reference):
        return (
            f"Codes are compared exactly, and Xero has {'; and '.join(near)}. Correct the code in the shipment, or "
            f"have accounting correct the item code in Xero."
        )
    if account := reference.accounts.get(wanted):
        return (
            f"{wanted} exists in Xero as an account code ({account.name}), not as an item code. Correct the code in "
            f"the shipment, or have accounting add an item {wanted} in Xero."
        )
    return (
        f"No item in Xero has the code {wanted}. Correct the code in the shipment, or have accounting add the item in "
        f"Xero."
    )


def _near(wanted: str, reference: ReferenceData) -> tuple[str, ...]:
    found = with_similar_code(reference.items, wanted)
    return tuple(f"{each.code!r} ({each.name}): {first_difference(wanted, each.code)}" for each in found)


def _translated(code: str, wanted: str) -> str:
    return "" if code.strip() == wanted else f" The profile's product_aliases turn {code.strip()} into {wanted}."
