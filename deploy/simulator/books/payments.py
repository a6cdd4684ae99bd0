"""Payments that an app has made on invoices."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from deploy.simulator.wire import JsonObject, dates


@dataclass(frozen=True)
class Payment:
    """Money on one invoice, in the invoice's currency. A deleted one stays to be read."""

    payment_id: str
    invoice_id: str
    account_code: str
    day: date
    amount: Decimal
    rate: Decimal
    updated_at: datetime
    reference: str = ""
    status: str = "AUTHORISED"

    def summary(self) -> JsonObject:
        """How its invoice shows it."""
        return {"PaymentID": self.payment_id, "Date": dates.day_milliseconds(self.day), "Amount": self.amount}

    def as_json(self) -> JsonObject:
        row = self.summary() | {"CurrencyRate": self.rate, "Reference": self.reference}
        row |= {"Status": self.status, "PaymentType": "ACCRECPAYMENT", "IsReconciled": False}
        return row | {"UpdatedDateUTC": dates.milliseconds(self.updated_at), "HasAccount": True}
