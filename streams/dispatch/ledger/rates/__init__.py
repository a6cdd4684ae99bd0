"""Exchange rates: those that Xero accepted or picked, as records, and the memory that new ones are compared with."""

from streams.dispatch.ledger.rates.accepted import XEROS_OWN, AcceptedRate, RateKey
from streams.dispatch.ledger.rates.memory import ForgetRates, RateMemory, rate_key

__all__ = ["XEROS_OWN", "AcceptedRate", "ForgetRates", "RateKey", "RateMemory", "rate_key"]
