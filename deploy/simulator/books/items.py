"""The items (products) of an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from deploy.simulator.wire import JsonObject, dates, money


@dataclass(frozen=True)
class Item:
    """A product; prices are in the organisation's own currency."""

    item_id: str
    code: str
    updated_at: datetime
    name: str = ""
    description: str = ""
    is_sold: bool = True
    is_purchased: bool = False
    unit_price: Decimal | None = None
    account_code: str = ""
    tax_type: str = ""
    tracked: bool = False
    on_hand: Decimal = money.ZERO

    def as_json(self, unit_places: int) -> JsonObject:
        sales: JsonObject = {"AccountCode": self.account_code, "TaxType": self.tax_type}
        sales = {key: value for key, value in sales.items() if value}
        if self.unit_price is not None:
            sales = {"UnitPrice": money.rounded(self.unit_price, unit_places)} | sales
        row: JsonObject = {"ItemID": self.item_id, "Code": self.code, "Description": self.description}
        row |= {"UpdatedDateUTC": dates.milliseconds(self.updated_at), "PurchaseDetails": {}, "SalesDetails": sales}
        row |= {"Name": self.name, "IsTrackedAsInventory": self.tracked}
        row |= {"IsSold": self.is_sold, "IsPurchased": self.is_purchased}
        return row | ({"QuantityOnHand": self.on_hand} if self.tracked else {})


def item_from(row: JsonObject, item_id: str, now: datetime) -> Item:
    """An item from Xero's own shape. Raises `ValueError` when the code is missing or too long."""
    code = row.get("Code", "")
    if not code or len(code) > 30:  # noqa: PLR2004  # Xero's own limit.
        raise ValueError(f"item code {code!r}: 1 to 30 characters")
    sales: dict[str, Any] = row.get("SalesDetails") or {}
    price = sales.get("UnitPrice")
    return Item(
        item_id=row.get("ItemID", item_id),
        code=code,
        updated_at=now,
        name=row.get("Name", ""),
        description=row.get("Description", ""),
        is_sold=row.get("IsSold", True),
        is_purchased=row.get("IsPurchased", False),
        unit_price=None if price is None else money.number(price),
        account_code=sales.get("AccountCode", ""),
        tax_type=sales.get("TaxType", ""),
        tracked=row.get("IsTrackedAsInventory", False),
        on_hand=money.number(row.get("QuantityOnHand", 0)),
    )


@dataclass
class ItemList:
    """All items, by code."""

    by_code: dict[str, Item] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Item]:
        return iter(self.by_code.values())

    def put(self, item: Item) -> None:
        self.by_code[item.code] = item

    def remove(self, code: str) -> None:
        self.by_code.pop(code, None)

    def find(self, code: str, *, ignore_case: bool = False) -> Item | None:
        found = self.by_code.get(code)
        if found is None and ignore_case:
            found = next((each for each in self if each.code.casefold() == code.casefold()), None)
        return found

    def with_id(self, item_id: str) -> Item | None:
        return next((each for each in self if each.item_id == item_id), None)
