"""The exchange rate of a document, in Xero's direction, and the protection against a rate that is inverted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappers.model import Code, Company, Problem, round_half_up

FIELD: Final = "exchange_rate"
_PLACES: Final = 6  # CurrencyRate has at most six decimals (Xero API documentation, Invoices).
# The largest CurrencyRate Xero takes is [18].[6]: eighteen digits, six of them decimals.
_LARGEST: Final = Decimal("999999999999.999999")
# ImpexDocs' own words (its guide, note 2).
_PICKED_BY_XERO: Final = (
    "If the Currency's exchange rate is not mentioned in a shipment then XERO may pick its own Exchange rates."
)

_TURNED_BESIDE_XEROS: Final = (
    "It looks inverted. Shipping: correct the rate; or, where the system always quotes it so, change "
    "exchange_rate_quoted in the profile."
)
_FAR_FROM_XEROS: Final = (
    "Shipping: correct the rate or the currency. Where the market did move that far, raise exchange_rate_tolerance in "
    "the profile."
)
_FORGET: Final = "Operations: `shipledger rates forget` forgets the earlier rate."
_TURNED: Final = (
    "One of the two is inverted. Shipping: correct this rate; or, where this one is right, correct {earlier} and "
    f"Sync Now both. {_FORGET}"
)
_FAR: Final = (
    "Shipping: correct the rate or the currency; or, where this one is right, correct {earlier} and Sync Now both. "
    f"Where the market did move that far, raise exchange_rate_tolerance in the profile. {_FORGET}"
)


@dataclass(frozen=True, slots=True)
class KnownRate:
    """A rate that others are compared with, in Xero's direction: Xero's own, or the last accepted of a shipment.

    `given_by` is that shipment (`company/shipment`), empty where it is not known any more.
    """

    value: Decimal
    given_by: str
    is_xeros_own: bool

    @property
    def in_words(self) -> str:
        """Whose rate it is."""
        if self.is_xeros_own:
            return "Xero's own was"
        return f"The last accepted, of shipment {self.given_by}, was" if self.given_by else "The last accepted was"


@dataclass(frozen=True, slots=True)
class Rate:
    """The rate to send: units of the document's currency per one unit of the base currency, None to send none."""

    value: Decimal | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def document_rate(
    declared: Decimal | None, currency: str, company: Company, base_currency: str, *, last_rate: KnownRate | None = None
) -> Rate:
    """Convert the rate that the shipment declares into Xero's CurrencyRate.

    Xero wants foreign units per one base unit, six decimals, and none on a document in the base currency. The
    direction of `declared` is the profile's `exchange_rate_quoted`. A rate of exactly 1 is refused (Xero API
    documentation, Invoices: CurrencyRate), and so is one that is further from `last_rate` than the profile's tolerance.
    """
    if currency == base_currency:
        return _of_base_currency(declared, base_currency)
    if company.exchange_rate == "ignore":
        return Rate()
    if declared is None:
        return _missing(currency, required=company.exchange_rate == "required")
    value = _in_xeros_direction(declared, company)
    if value is None:
        return Rate(problems=(_out_of_range(declared),))
    pair = (base_currency, currency)
    if value == 1:
        return Rate(problems=(_of_one(declared, pair),))
    problem = None if last_rate is None else _implausible(declared, value, last_rate, pair, company)
    return Rate(value) if problem is None else Rate(problems=(problem,))


def _of_base_currency(declared: Decimal | None, base_currency: str) -> Rate:
    if declared is None or declared == 1:
        return Rate()
    message = f"The exchange rate {declared:f} was not sent: {base_currency} is the organisation's base currency."
    hint = "Shipping: check the currency of the shipment; a document in the base currency has no rate."
    return Rate(warnings=(_problem(Code.EXCHANGE_RATE_IGNORED, f"{declared:f}", message, hint),))


def _missing(currency: str, *, required: bool) -> Rate:
    if required:
        message = f"The shipment is in {currency} and has no exchange rate; the profile requires one."
        return Rate(problems=(_problem(Code.EXCHANGE_RATE_MISSING, None, message, "Shipping: enter the rate."),))
    hint = "Enter the rate in the shipment to decide it yourself."
    return Rate(warnings=(_problem(Code.EXCHANGE_RATE_MISSING, None, _PICKED_BY_XERO, hint),))


def _in_xeros_direction(declared: Decimal, company: Company) -> Decimal | None:
    """The rate in Xero's direction, None where it is not a rate or does not fit Xero's digits."""
    if declared <= 0:
        return None
    rate = declared if company.exchange_rate_quoted == "foreign_per_base" else 1 / declared
    if rate > _LARGEST:
        return None
    return round_half_up(rate, _PLACES) or None


def _out_of_range(declared: Decimal) -> Problem:
    message = f"The exchange rate {declared:f} cannot be sent: Xero takes rates from 0.000001 to {_LARGEST}."
    return _problem(Code.FIELD_INVALID, f"{declared:f}", message, "Shipping: correct the exchange rate.")


def _of_one(declared: Decimal, pair: tuple[str, str]) -> Problem:
    base, currency = pair
    message = f"Exchange rate {declared:f} would make one {currency} worth one {base}."
    hint = (
        f"Shipping: enter the rate between {base} and {currency}, or correct the currency of the shipment. Where the "
        'two really are equal, leave the rate out: with exchange_rate = "optional" Xero picks its own.'
    )
    return _problem(Code.EXCHANGE_RATE_IMPLAUSIBLE, f"{declared:f}", message, hint)


def _implausible(
    declared: Decimal, value: Decimal, last_rate: KnownRate, pair: tuple[str, str], company: Company
) -> Problem | None:
    if last_rate.value <= 0 or _is_near(value, last_rate.value, company):
        return None
    base, currency = pair
    other = round_half_up(1 / value, _PLACES)
    message = (
        f"Exchange rate {declared:f} read as {company.exchange_rate_quoted} is 1 {base} = {value:f} {currency}; read "
        f"the other way 1 {base} = {other:f} {currency}. {last_rate.in_words} "
        f"1 {base} = {last_rate.value:f} {currency}."
    )
    return _problem(Code.EXCHANGE_RATE_IMPLAUSIBLE, f"{declared:f}", message, _advice(other, last_rate, company))


def _is_near(value: Decimal, last_rate: Decimal, company: Company) -> bool:
    """Whether the two differ by no more than the tolerance, whichever of them is larger."""
    return max(value / last_rate, last_rate / value) <= 1 + company.exchange_rate_tolerance if value else False


def _advice(other: Decimal, last_rate: KnownRate, company: Company) -> str:
    """A shipment's rate may be the wrong one of the two; Xero's own is not."""
    is_turned = _is_near(other, last_rate.value, company)
    if last_rate.is_xeros_own:
        return _TURNED_BESIDE_XEROS if is_turned else _FAR_FROM_XEROS
    earlier = f"shipment {last_rate.given_by}" if last_rate.given_by else "the earlier shipment"
    return (_TURNED if is_turned else _FAR).format(earlier=earlier)


def _problem(code: Code, value: str | None, message: str, hint: str) -> Problem:
    return Problem(code=code, field=FIELD, value=value, message=message, hint=hint)
