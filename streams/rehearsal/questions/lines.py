"""What becomes of a line: its codes, its tax type, its amounts."""

from decimal import Decimal

from streams.rehearsal.demo_company import DemoCompany, saved
from streams.rehearsal.finding import Finding, Question, not_asked, unclear
from streams.rehearsal.reply import JsonObject, XeroReply, lines_of

REFUSED = "the invoice was refused"
# 100.00 shared by 300 is 0.3333 each, which makes 99.99: the two ways of reckoning differ.
QUANTITY, LINE_AMOUNT = 300, 100.0
# A third of a percent of 10,000 shows whether the rate was kept (9,666.67) or rounded to two decimals (9,667.00).
DISCOUNT_RATE, DISCOUNTED_PRICE = 3.3333, 10_000
KEPT_RATE_AMOUNT, ROUNDED_RATE_AMOUNT = Decimal("9666.67"), Decimal("9667.00")


async def tax_default(company: DemoCompany) -> Finding:
    """An item on a line without a tax type, where the item's tax type is not the account's."""
    found = _item_and_account_that_differ(company)
    if found is None:
        return not_asked("no item for sale has another tax type than a revenue account; give one item another in Xero")
    item, account = found
    reply = await _line_of(company, ItemCode=item["Code"], AccountCode=account["Code"], TaxType=None)
    taken = _first_line(reply).get("TaxType")
    shown = f"item {_sales(item)['TaxType']}, account {account['TaxType']}: the line got {taken}"
    if taken == account["TaxType"]:
        return Finding("account", shown)
    return Finding("item", shown) if taken == _sales(item)["TaxType"] else unclear(f"{shown}; {reply.in_words()}")


async def item_code_case(company: DemoCompany) -> Finding:
    """An item's code in other letters."""
    codes = {each["Code"] for each in _for_sale(company)}
    # A code without a letter is its own other spelling.
    code = next((each["Code"] for each in _for_sale(company) if each["Code"].swapcase() not in codes), None)
    if code is None:
        return not_asked("no item for sale has a letter in its code; make one in Xero")
    reply = await _line_of(company, ItemCode=code.swapcase())
    return Finding("exact" if saved(reply, "Invoices") is None else "ignored", f"{code.swapcase()}: {reply.in_words()}")


async def zero_lines(company: DemoCompany) -> Finding:
    """A line of 0.00 beside one of 1.00."""
    lines = [company.line(), company.line(UnitAmount=0)]
    reply = await company.write("PUT", "Invoices", [company.invoice(LineItems=lines)])
    made = saved(reply, "Invoices")
    if made is None:
        return unclear(reply.in_words())
    zero = [each for each in lines_of(await company.read("Invoices", made)) if not each.get("LineAmount")]
    codes = [name for each in zero for name in ("AccountCode", "TaxType") if each.get(name)]
    return Finding("keep_codes" if "AccountCode" in codes else "lose_codes", f"it has {', '.join(codes) or 'neither'}")


async def quantity_with_line_amount(company: DemoCompany) -> Finding:
    """Quantity and amount of a line without the price of one."""
    reply = await _line_of(company, Quantity=QUANTITY, LineAmount=LINE_AMOUNT, UnitAmount=None)
    if saved(reply, "Invoices") is None:
        return Finding("refused", reply.in_words())
    line = _first_line(reply)
    amount, price = line.get("LineAmount"), line.get("UnitAmount")
    shown = f"{QUANTITY} for {LINE_AMOUNT:.2f} became {price} each, {amount} in all"
    return Finding("stands" if amount == Decimal(str(LINE_AMOUNT)) else "recomputed", shown)


async def item_price_beside_line_amount(company: DemoCompany) -> Finding:
    """The same for an item that has a price."""
    item = next((each for each in _for_sale(company) if _sales(each).get("UnitPrice")), None)
    if item is None:
        return not_asked("no item for sale has a sales price; give one item a price in Xero")
    amount = round(float(_sales(item)["UnitPrice"]) * 2, 2)
    reply = await _line_of(company, ItemCode=item["Code"], Quantity=1, LineAmount=amount, UnitAmount=None)
    made, line = saved(reply, "Invoices"), _first_line(reply)
    shown = f"price {_sales(item)['UnitPrice']}, amount {amount:.2f}: {reply.in_words()} {line.get('LineAmount')}"
    return Finding("unused" if made and line.get("LineAmount") == Decimal(str(amount)) else "used", shown)


async def discount_rate_decimals(company: DemoCompany) -> Finding:
    """A discount of a third of ten percent."""
    reply = await _line_of(company, UnitAmount=DISCOUNTED_PRICE, DiscountRate=DISCOUNT_RATE)
    amount = _first_line(reply).get("LineAmount")
    answers = {KEPT_RATE_AMOUNT: "kept", ROUNDED_RATE_AMOUNT: "two"}
    shown = f"{DISCOUNTED_PRICE} less {DISCOUNT_RATE} % is {amount}; {reply.in_words()}"
    return Finding(answers[amount], shown) if amount in answers else unclear(shown)


async def _line_of(company: DemoCompany, **fields: object) -> XeroReply:
    return await company.write("PUT", "Invoices", [company.invoice(LineItems=[company.line(**fields)])])


def _first_line(reply: XeroReply) -> JsonObject:
    made = saved(reply, "Invoices")
    lines = lines_of(made) if made else []
    return lines[0] if lines else {}


def _for_sale(company: DemoCompany) -> list[JsonObject]:
    return [each for each in company.master_data.items if each.get("Code") and each.get("IsSold", True)]


def _sales(item: JsonObject) -> JsonObject:
    details: JsonObject = item.get("SalesDetails") or {}
    return details


def _item_and_account_that_differ(company: DemoCompany) -> tuple[JsonObject, JsonObject] | None:
    for item in _for_sale(company):
        for account in company.master_data.sales_accounts:
            own, other = _sales(item).get("TaxType"), account.get("TaxType")
            if own and other and own != other:
                return item, account
    return None


QUESTIONS = (
    Question(
        "tax_default",
        "Whose tax type does a line without one get: the account's, or the item's?",
        "account",
        "Nothing: the tax type is always sent.",
        tax_default,
    ),
    Question(
        "item_code_case",
        "Do item codes that differ in letter case stand for one item?",
        "exact",
        "Nothing: codes are compared exactly, and sent as Xero spells them.",
        item_code_case,
    ),
    Question(
        "zero_lines",
        "Does a line of 0.00 keep its account and tax type?",
        "lose_codes",
        "Nothing: either way a document counts as equal to what was sent.",
        zero_lines,
    ),
    Question(
        "quantity_with_line_amount",
        "Quantity and line amount without a price of one: does the amount stand?",
        "stands",
        "Followed: an invoice's price of more than four decimals goes as a line amount, or with a rounding line.",
        quantity_with_line_amount,
    ),
    Question(
        "item_price_beside_line_amount",
        "Does an item's price get in the way of a line amount?",
        "unused",
        "Followed: the same; every line of a shipment has an item.",
        item_price_beside_line_amount,
    ),
    Question(
        "discount_rate_decimals",
        "Does a discount rate keep four decimals?",
        "kept",
        "Nothing: a discount rate of more than two decimals goes as the amount that it comes to.",
        discount_rate_decimals,
    ),
)
