"""Which new and changed documents Xero takes, and what it makes of them."""

from deploy.simulator.rules.contact import contact_problems
from deploy.simulator.rules.element_write import ElementWrite, Invalid, Mode
from deploy.simulator.rules.header import Shape, read_document
from deploy.simulator.rules.invoices import INVOICE_SHAPE, write_invoice
from deploy.simulator.rules.quotes import QUOTE_SHAPE, write_quote
from deploy.simulator.rules.totals import INCLUSIVE

__all__ = [
    "INCLUSIVE",
    "INVOICE_SHAPE",
    "QUOTE_SHAPE",
    "ElementWrite",
    "Invalid",
    "Mode",
    "Shape",
    "contact_problems",
    "read_document",
    "write_invoice",
    "write_quote",
]
