"""Amounts: reading them from JSON, rounding them, and the decimals of currencies."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from deploy.simulator.wire.field_names import words

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
CENTS = 2
LARGEST_LINE = Decimal("9999999999.99")
_WITHOUT_DECIMALS = words("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF")
_THREE_DECIMALS = words("BHD IQD JOD KWD LYD OMR TND")


def decimals(currency: str) -> int:
    """How many decimals amounts of this currency have (ISO 4217)."""
    if currency in _WITHOUT_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else CENTS


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(ONE.scaleb(-places), rounding=ROUND_HALF_UP)


def number(value: object) -> Decimal:
    """A JSON number, or a string that holds one, as Xero reads both. Raises `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise ValueError(f"{value!r} is not a number")  # noqa: TRY004  # One error for whatever is no number.
    try:
        read = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{value!r} is not a number") from None
    if not read.is_finite():
        raise ValueError(f"{value!r} is not a number")
    return read
