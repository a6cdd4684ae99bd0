"""The exchange rates that new ones are compared with, and the request of an operator to forget them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from streams.dispatch.ledger.rates.accepted import XEROS_OWN, AcceptedRate, RateKey

OWN_RATE_LASTS = timedelta(days=92)
"""A market may move further than any tolerance in years; within a quarter what Xero picked is a sound measure."""

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class RateMemory:
    """One organisation's currency has up to three rates: Xero's own, and the last accepted in each direction.

    A rate of exactly 1 is not believed: versions before learned it, and Xero says not to send it.
    """

    def __init__(self) -> None:
        self._records: dict[tuple[str, str], dict[str, AcceptedRate]] = {}

    def put(self, key: RateKey, record: AcceptedRate | None) -> None:
        """Replace a rate; None forgets it."""
        of_currency = self._records.setdefault(key[1:3], {})
        if record is None:
            of_currency.pop(_source(key), None)
        else:
            of_currency[_source(key)] = record

    def known(self, organisation: str, currency: str, quoted: str, shipment: str) -> AcceptedRate | None:
        """What the rate of a shipment (`company/shipment`), quoted so, is compared with.

        Xero's own, unless one is known that was accepted long after it; else the newest that counts.
        The shipment's own rate does not count against it: it may be the wrong one, now corrected. A rate of the other
        direction does not either. A record of a version that kept no direction counts in both, until a newer one comes.
        """
        found = self._records.get((organisation, currency), {})
        counting = [found[source] for source in ("", quoted, XEROS_OWN) if source in found]
        believed = [each for each in counting if each.rate not in (0, 1) and each.given_by != shipment]
        newest = max(believed, key=_time_of, default=None)
        own = next((each for each in believed if each.is_xeros_own), None)
        if own is None or newest is None or _time_of(newest) - _time_of(own) > OWN_RATE_LASTS:
            return newest
        return own

    def get(self, key: RateKey) -> AcceptedRate | None:
        """The record of a key."""
        return self._records.get(key[1:3], {}).get(_source(key))

    def keys(self, organisation: str, currency: str) -> Iterator[RateKey]:
        """The keys of a currency's records."""
        for source in self._records.get((organisation, currency), {}):
            yield rate_key(organisation, currency, source)


class ForgetRates(BaseModel):
    """An operator's request to the owner of an organisation's ledger, who alone may write there.

    It goes the way of sync requests, so it is carried out once, in order, and after an outage too.
    """

    model_config = ConfigDict(frozen=True)

    command: Literal["forget_rates"] = "forget_rates"
    schema_version: Literal[1] = 1
    organisation: str
    currency: str


def rate_key(organisation: str, currency: str, source: str) -> RateKey:
    """`source` is `xero`, a direction of the profile, or empty for a record of a version that kept none."""
    return ("rate", organisation, currency, source) if source else ("rate", organisation, currency)


def _time_of(record: AcceptedRate) -> datetime:
    return record.at or _LONG_AGO


def _source(key: RateKey) -> str:
    return "".join(key[3:])
