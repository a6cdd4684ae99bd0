"""Numbers and money, exactly: read without float, rounded in one place."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

from mappers.model.text import excerpt

MAX_INTEGER_DIGITS: Final = 13
MAX_DECIMALS: Final = 10
MAX_TEXT: Final = 60
# JSON's grammar, with leading zeros and a plus sign tolerated; ASCII digits only, which Decimal does not insist on.
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
# Wider than any number that passes. Only the flags of a context ever change, and they are not read.
_WIDE: Final = Context(prec=100, rounding=ROUND_HALF_UP)

# ISO 4217, list one (minor units); every other currency has two.
_ZERO = ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV")
_CFA_AND_CFP = ("XAF", "XOF", "XPF")
_THREE = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_EXPONENTS: Final = {
    **dict.fromkeys((*_ZERO, *_CFA_AND_CFP), 0),
    **dict.fromkeys(_THREE, 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}


class NotANumber(ValueError):  # noqa: N818  # It names what was read; readers turn it into a problem of the shipment.
    """The text tells people why the value cannot be used as a number ("is not a number")."""


def read_number(raw: object) -> Decimal:
    """The number in a JSON number or string, exactly, without an exponent, trailing zeros or a negative zero.

    Raises NotANumber for anything else: booleans, NaN and Infinity, thousands separators, currency signs, floats
    (which are not exact), more than 13 digits before the point or 10 after it.
    """
    return _plain(_bounded(_decimal(raw)))


def decimals(number: Decimal) -> int:
    """How many decimals the number needs: 0 for 12 and 12.0, 2 for 1.25."""
    exponent = number.normalize(_WIDE).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def currency_exponent(currency: str) -> int:
    """How many decimals the currency's amounts have (ISO 4217): JPY 0, KWD 3, most 2."""
    return _EXPONENTS.get(currency, 2)


def round_half_up(number: Decimal, places: int) -> Decimal:
    """The one rounding: half away from zero, as Xero rounds line amounts. The result has exactly `places` decimals."""
    return number.quantize(_unit(places), context=_WIDE)


@lru_cache(maxsize=32)
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | str | Decimal):
        raise NotANumber("is not a number")
    if isinstance(raw, Decimal):
        return raw
    if isinstance(raw, int):
        return _whole(raw)
    text = raw.strip()
    if len(text) > MAX_TEXT or not _NUMBER.fullmatch(text):
        raise NotANumber(_reason(text))
    return Decimal(text)


def _whole(raw: int) -> Decimal:
    if abs(raw) >= 10**MAX_INTEGER_DIGITS:
        raise NotANumber(f"has more than {MAX_INTEGER_DIGITS} digits")
    return Decimal(raw)


def _reason(text: str) -> str:
    if "," in text:
        return f"({excerpt(text, 40)}) holds a comma; write 1234.56"
    return f"({excerpt(text, 40)}) is not a number"


def _bounded(number: Decimal) -> Decimal:
    """Look at the size before any arithmetic, so that 1e999999 or a million digits cost nothing."""
    if not number.is_finite():
        raise NotANumber("is not a finite number")
    if not number:
        return Decimal(0)
    if number.adjusted() >= MAX_INTEGER_DIGITS:
        raise NotANumber(f"has more than {MAX_INTEGER_DIGITS} digits")
    if number.adjusted() < -MAX_DECIMALS or len(number.as_tuple().digits) > MAX_TEXT or decimals(number) > MAX_DECIMALS:
        raise NotANumber(f"has more than {MAX_DECIMALS} decimals")
    return number


def _plain(number: Decimal) -> Decimal:
    normal = number.normalize(_WIDE)
    return normal if decimals(normal) else round_half_up(normal, 0)
