"""What Xero says to a new or changed document."""

from deploy.simulator.rules.element_write import Attempt, Invalid, Mode
from deploy.simulator.rules.header import Shape, draft
from deploy.simulator.rules.invoices import INVOICE_SHAPE, write_invoice
from deploy.simulator.rules.quotes import QUOTE_SHAPE, write_quote

__all__ = [
    "INVOICE_SHAPE",
    "QUOTE_SHAPE",
    "Attempt",
    "Invalid",
    "Mode",
    "Shape",
    "draft",
    "write_invoice",
    "write_quote",
]
