"""What can still be read of a broken snapshot, so that its other problems are named in the same answer."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappers.model import Company, NotANumber, normalise, read_number
from mappers.planning.shipment import Shipment


@dataclass(frozen=True, slots=True)
class SeenLine:
    """One product line; null where a value is absent or unreadable. `index` counts from 0 as in the snapshot."""

    index: int
    product_code: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    item_value: Decimal | None


@dataclass(frozen=True, slots=True)
class Seen:
    """What the checks against Xero ask of a snapshot, whole or broken."""

    customer_field: str
    customer: str | None
    currency: str | None
    exchange_rate: Decimal | None
    date: dt.date | None
    lines: tuple[SeenLine, ...]


def glimpse(shipment: Mapping[str, Any], company: Company) -> Seen:
    """Read what is readable of any JSON object; raises nothing. Faults are the reader's to name, not ours."""
    field = f"{company.customer_code}_code"
    return Seen(
        customer_field=field,
        customer=_text(shipment.get(field)),
        currency=_text(shipment.get("currency")),
        exchange_rate=None if company.exchange_rate == "ignore" else _number(shipment.get("exchange_rate")),
        date=_date(next((text for name in company.date_from if (text := _text(shipment.get(name)))), None)),
        lines=_lines(shipment.get("lines")),
    )


def seen_whole(shipment: Shipment) -> Seen:
    """The same of a snapshot that the reader found complete."""
    return Seen(
        customer_field=shipment.customer_field,
        customer=shipment.customer_code,
        currency=shipment.currency,
        exchange_rate=shipment.exchange_rate,
        date=shipment.date,
        lines=tuple(
            SeenLine(each.index, each.product_code, each.quantity, each.unit_price, each.item_value)
            for each in shipment.lines
        ),
    )


def _lines(lines: Any) -> tuple[SeenLine, ...]:
    if not isinstance(lines, list):
        return ()
    return tuple(_line(index, each) for index, each in enumerate(lines) if isinstance(each, Mapping))


def _line(index: int, line: Mapping[str, Any]) -> SeenLine:
    quantity = _number(line.get("quantity"))
    return SeenLine(
        index=index,
        product_code=_text(line.get("product_code")),
        quantity=quantity if quantity is not None and quantity > 0 else None,
        unit_price=_number(line.get("unit_price")),
        item_value=_number(line.get("item_value")),
    )


def _text(value: Any) -> str | None:
    return normalise(value) or None if isinstance(value, str) else None


def _number(value: Any) -> Decimal | None:
    try:
        return read_number(value)
    except NotANumber:
        return None


def _date(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None
