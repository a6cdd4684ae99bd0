"""The document that Explain found, as accounts read one: its head, its lines and what they come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from mappers.model import round_half_up
from mappers.outbound import document_status_in_words

# What Xero calls each of them, of an invoice and of a quote, in the order in which people look for them.
_HEAD: Final = (
    ("Number", ("InvoiceNumber", "QuoteNumber")),
    ("Status", ("Status",)),
    ("Reference", ("Reference",)),
    ("Date", ("Date",)),
    ("Due", ("DueDate",)),
    ("Valid until", ("ExpiryDate",)),
    ("Exchange rate", ("CurrencyRate",)),
    ("Title", ("Title",)),
)
_DAYS: Final = frozenset({"Date", "Due", "Valid until"})
_SUMS: Final[Mapping[str, str]] = {"EXCLUSIVE": "Sum before tax", "INCLUSIVE": "Sum with tax", "NOTAX": "Sum, no tax"}
_HUNDRED: Final = Decimal(100)
_CENTS: Final = 2


@dataclass(frozen=True, slots=True)
class DocumentLineView:
    """A line. Numbers are texts, to the digit as they would be sent; `amount` is what Xero makes of them."""

    item: str
    description: str
    quantity: str
    unit_price: str
    discount: str
    amount: str
    account: str
    tax: str


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The document. `sum` is what its lines amount to; Xero adds taxes."""

    kind: str
    head: list[tuple[str, str]]
    lines: list[DocumentLineView]
    sum_word: str
    sum: str
    currency: str

    @property
    def has_discounts(self) -> bool:
        """Whether any line has one."""
        return any(each.discount for each in self.lines)


def document_view(element: Mapping[str, Any], taxes: Sequence[Mapping[str, Any]] = ()) -> DocumentView:
    """The view of the element that Xero would get; `taxes` say who decided the tax type of each line, in order."""
    sent = element.get("LineItems") or []
    said = [*taxes, *({} for _ in range(len(sent) - len(taxes)))]
    amounts = [_amount(each) for each in sent]
    return DocumentView(
        kind="Quote" if "QuoteNumber" in element else "Invoice",
        head=list(_head(element)),
        lines=[_line(each, amount, tax) for each, amount, tax in zip(sent, amounts, said, strict=False)],
        sum_word=_SUMS.get(str(element.get("LineAmountTypes", "")).upper(), "Sum"),
        sum=f"{sum(amounts, Decimal(0)):.2f}",
        currency=element.get("CurrencyCode", ""),
    )


def _head(element: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for word, names in _HEAD:
        if found := next((element[name] for name in names if element.get(name) is not None), None):
            yield word, _in_words(word, found)


def _in_words(word: str, value: Any) -> str:
    if word in _DAYS:
        return _day(value)
    if word == "Status":
        return document_status_in_words(value)
    return value if isinstance(value, str) else _plain(value)


def _line(sent: Mapping[str, Any], amount: Decimal, tax: Mapping[str, Any]) -> DocumentLineView:
    return DocumentLineView(
        item=sent.get("ItemCode", ""),
        description=sent.get("Description", ""),
        quantity=_plain(sent.get("Quantity"), ","),
        unit_price=_plain(sent.get("UnitAmount")),
        discount=_discount(sent),
        amount=f"{amount:.2f}",
        account=sent.get("AccountCode", ""),
        tax=_tax(sent, tax),
    )


def _amount(sent: Mapping[str, Any]) -> Decimal:
    """As Xero reckons: the amount that is sent, else quantity times unit price less the discount, to the cent."""
    if sent.get("LineAmount") is not None:
        return _number(sent["LineAmount"])
    gross = _number(sent.get("Quantity")) * _number(sent.get("UnitAmount"))
    net = gross * (_HUNDRED - _number(sent.get("DiscountRate"))) / _HUNDRED - _number(sent.get("DiscountAmount"))
    return round_half_up(net, _CENTS)


def _discount(sent: Mapping[str, Any]) -> str:
    if sent.get("DiscountRate") is not None:
        return f"{_plain(sent['DiscountRate'])} %"
    return _plain(sent.get("DiscountAmount"))


def _tax(sent: Mapping[str, Any], tax: Mapping[str, Any]) -> str:
    """`OUTPUT (10 %), by the item`; the type alone where nothing else is known."""
    percent, by = tax.get("percent"), tax.get("decided_by")
    rate = "" if percent is None else f" ({percent} %)"
    return "".join((sent.get("TaxType", ""), rate, f", by the {by}" if by else ""))


def _number(value: Any) -> Decimal:
    """The digits as JSON has them: of a float those that it is written with."""
    return Decimal(str(value or 0))


def _plain(value: Any, between_thousands: str = "") -> str:
    return "" if value is None else f"{_number(value):{between_thousands}f}"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%b %Y}"
