"""Numbers and money, exactly: read without float, rounded in one place."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final

from mappers.model.text import visible

MAX_INTEGER_DIGITS: Final = 13
MAX_DECIMALS: Final = 10
MAX_TEXT: Final = 60
# JSON's grammar, with leading zeros, a plus sign and a bare point (.85, 12.) tolerated; ASCII digits only, on which
# Decimal does not insist.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
# The usual number, which `Decimal` reads just as it is to be: no zeros in front or behind, no sign, nothing to round.
_USUAL: Final = re.compile(r"(?:0|[1-9][0-9]{0,12})(?:\.[0-9]{0,9}[1-9])?")
# What groups thousands besides commas and points: blanks of every width, and the apostrophes of Switzerland.
_GROUPING: Final = re.compile(r"(?<=[0-9])[\s'\u2019](?=[0-9]{3}(?![0-9]))")
# With commas between thousands (or as India groups), and with points there and a comma before the decimals.
_POINTED: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{2,3})*,[0-9]{3}(?:\.[0-9]*)?")
_COMMAED: Final = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[0-9]*)(?:,[0-9]+)?")
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
    """The text tells people why the value cannot be used as a number ("is not a number").

    `plain` is how it would be written here: more than one form where it is not clear which number is meant.
    """

    def __init__(self, why: str, plain: tuple[str, ...] = ()) -> None:
        super().__init__(why)
        self.plain = plain

    @property
    def advice(self) -> str:
        """What to write instead."""
        if not self.plain:
            return "enter a plain number such as 1234.56"
        return f"enter {' or '.join(self.plain)}{', whichever is meant' if len(self.plain) > 1 else ''}"


def read_number(raw: object, *, digits: int = MAX_INTEGER_DIGITS) -> Decimal:
    """The number in a JSON number or string, without an exponent, trailing zeros or a negative zero.

    It is read exactly, and rounded to ten decimals where it has more: those are the noise of binary fractions
    (0.30000000000000004), and nothing here has as many. Raises NotANumber for anything else: booleans, NaN and
    Infinity, thousands separators, currency signs, floats (which are not exact), more than `digits` before the point.
    """
    if isinstance(raw, str) and digits >= MAX_INTEGER_DIGITS and _USUAL.fullmatch(raw):
        return Decimal(raw)
    return _rounded(_bounded(_decimal(raw), digits), digits)


def decimals(number: Decimal) -> int:
    """How many decimals the number needs: 0 for 12 and 12.0, 2 for 1.25."""
    return _places(number.normalize(_WIDE))


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
        return Decimal(raw)
    text = raw.strip()
    if len(text) > MAX_TEXT or not _NUMBER.fullmatch(text):
        plain = _plain_forms(text) if len(text) <= MAX_TEXT else ()
        why = "holds a comma" if "," in text else "is not a number"
        raise NotANumber(f"({visible(text, 40)}) {why}", plain)
    return Decimal(text)


def _plain_forms(text: str) -> tuple[str, ...]:
    """How a number with separators is written without them; in both ways where 1,265 may be 1265 or 1.265."""
    joined = _GROUPING.sub("", text)
    forms = [joined] if joined != text else []
    if _POINTED.fullmatch(joined):
        forms.append(joined.replace(",", ""))
    if _COMMAED.fullmatch(joined):
        forms.append(joined.replace(".", "").replace(",", "."))
    return tuple(dict.fromkeys(each for each in forms if _NUMBER.fullmatch(each)))


def _bounded(number: Decimal, digits: int) -> Decimal:
    """Look at the size before any arithmetic, so that 1e999999 or a million digits cost nothing."""
    if not number.is_finite():
        raise NotANumber("is not a finite number")
    if not number:
        return Decimal(0)
    _check_size(number, digits)
    if number.adjusted() < -MAX_TEXT or len(number.as_tuple().digits) > MAX_TEXT:
        raise NotANumber(f"has more than {MAX_TEXT} decimals")
    return number


def _rounded(number: Decimal, digits: int) -> Decimal:
    """Of a bounded number: at most ten decimals, no trailing zeros, no exponent."""
    normal = number.normalize(_WIDE)
    places = _places(normal)
    if not places:
        return round_half_up(normal, 0)
    if places <= MAX_DECIMALS:
        return normal
    shorter = round_half_up(normal, MAX_DECIMALS) or Decimal(0)
    _check_size(shorter, digits)
    return _rounded(shorter, digits)


def _check_size(number: Decimal, digits: int) -> None:
    if number.adjusted() >= digits:
        raise NotANumber(f"has more than {digits} digits")


def _places(normal: Decimal) -> int:
    exponent = normal.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
