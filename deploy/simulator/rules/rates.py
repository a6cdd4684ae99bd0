"""The currency rate of a document: foreign units per base unit, at most six decimals."""

from decimal import Decimal

from deploy.simulator.books import Document
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.wire import Element, money

PLACES = 6
_SUSPICIOUS = Decimal("1.5")


def read_rate(write: ElementWrite, element: Element, document: Document, before: Document | None) -> Decimal:
    """The rate given, else the one the document had, else the day's market rate. A market rate of 0: there is none."""
    given = element.number("CurrencyRate")
    if document.currency == write.organisation.base_currency:
        write.counts.rates_on_base_currency += given is not None
        return money.ONE
    market = write.organisation.market_rates.get(document.currency, money.ONE)
    if given is None:
        kept = before.rate if before and before.currency == document.currency else None
        return kept or market or _missing(write)
    if given <= 0:
        write.refuse("The CurrencyRate must be greater than zero.")
        return money.ONE
    _warn_of_rate(write, given, write.organisation.market_rates.get(document.currency))
    return money.rounded(given, PLACES)


def _missing(write: ElementWrite) -> Decimal:
    write.refuse("A currency rate must be specified")
    return money.ONE


def _warn_of_rate(write: ElementWrite, given: Decimal, market: Decimal | None) -> None:
    """Since April 2026 Xero warns of a rate that looks inverted; it is accepted all the same. The words are ours."""
    if not write.switches.inverse_rate_warning or not market:
        return
    if given > market * _SUSPICIOUS or given < market / _SUSPICIOUS:
        write.warnings.append(
            f"The currency rate {given} differs greatly from the market rate {market}; it may be an inverse rate."
        )
