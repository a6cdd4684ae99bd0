"""Generated shipments: right, slightly wrong and broken, in currencies of 0, 2 and 3 decimals."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from hypothesis import strategies as st

from mappers.model.master_data import Account
from tests.builders import make_line, make_shipment
from tests.fakes.references import contact, item, reference_data

CURRENCIES = ("AUD", "USD", "JPY", "KWD")
REFERENCE = reference_data(
    contacts=[contact("ALOK")],
    items=[item("BEEF-01"), item("LAMB-01")],
    currencies=CURRENCIES,
    accounts=[Account(code, f"Account {code}", tax_type="OUTPUT") for code in ("200", "260", "261", "860")],
)
CODES = ("BEEF-01", "LAMB-01")


Kind = tuple[int, int, int]
QUANTITIES: tuple[Kind, ...] = ((1, 20_000, 0), (1, 9_999_999, 2), (1, 200_000_000, 4))
PRICES: tuple[Kind, ...] = ((-500, 5000, 0), (-50_000, 5_000_000, 2), (-500_000, 9_999_999, 4), (1, 99_999_999, 6))
AMOUNTS: tuple[Kind, ...] = ((-50, 5000, 0), (-5000, 500_000, 2))
SLIPS = (*([Decimal(0)] * 8), Decimal("0.01"), Decimal("-0.01"), Decimal(1), Decimal("0.001"))


def scaled(kinds: tuple[Kind, ...]) -> st.SearchStrategy[Decimal]:
    """Whole numbers of a smallest unit: (least, most, decimals)."""
    return st.one_of([_units(*kind) for kind in kinds])


def _units(least: int, most: int, places: int) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda number: Decimal(number).scaleb(-places))


LINES = st.tuples(st.sampled_from(CODES), scaled(QUANTITIES), scaled(PRICES), st.booleans(), st.sampled_from(SLIPS))
SHIPMENTS = st.tuples(
    st.sampled_from(CURRENCIES),
    st.lists(LINES, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(["freight", "insurance"]), scaled(AMOUNTS), max_size=2),
)


def shipments() -> st.SearchStrategy[dict[str, Any]]:
    """Snapshots whose values were computed as shipping systems do: from the exact price or the cut one, or wrongly."""
    return SHIPMENTS.map(_shipment)


def _shipment(drawn: tuple[str, list[Any], dict[str, Decimal]]) -> dict[str, Any]:
    currency, some, charges = drawn
    return make_shipment(
        currency=currency,
        lines=[_line(index + 1, currency, *each) for index, each in enumerate(some)],
        charges={name: f"{amount:f}" for name, amount in charges.items()},
    )


def _line(
    number: int, currency: str, code: str, quantity: Decimal, price: Decimal, is_cut: bool, slip: Decimal
) -> dict[str, Any]:
    used = price.quantize(Decimal("0.0001"), ROUND_HALF_UP) if is_cut else price
    places = {"JPY": 0, "KWD": 3}.get(currency, 2)
    value = (quantity * used).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) + slip
    return make_line(
        line_number=number,
        product_code=code,
        quantity=f"{quantity:f}",
        unit_price=f"{price:f}",
        item_value=f"{value:f}",
    )
