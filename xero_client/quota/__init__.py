"""Xero's limits as a budget: who may call when, and what its headers and refusals teach."""

from xero_client.quota.clock import SystemClock
from xero_client.quota.governor import QuotaGovernor
from xero_client.quota.headers import Breach, read_headers
from xero_client.quota.limits import QuotaLimits

__all__ = [
    "Breach",
    "QuotaGovernor",
    "QuotaLimits",
    "SystemClock",
    "read_headers",
]
