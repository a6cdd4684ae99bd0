"""Xero's limits as a budget: who may call when, by the settings and by what Xero's replies say is left."""

from xero_client.quota.clock import SystemClock
from xero_client.quota.governor import QuotaGovernor
from xero_client.quota.headers import read_headers
from xero_client.quota.limits import QuotaLimits

__all__ = [
    "QuotaGovernor",
    "QuotaLimits",
    "SystemClock",
    "read_headers",
]
