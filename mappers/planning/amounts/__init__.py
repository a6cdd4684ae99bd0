"""What a shipment amounts to and how Xero gets there to the cent: line values, discounts, charges, taxes, the total."""

from mappers.planning.amounts.charges import Charges, read_charges
from mappers.planning.amounts.discount import Discount
from mappers.planning.amounts.line_amounts import LARGEST_AMOUNT, UNIT_PLACES, XERO_PLACES, LineValue, check_value
from mappers.planning.amounts.tax import LineTax, Taxed, account_tax, check_tax, in_words, product_tax
from mappers.planning.amounts.total import check_total

__all__ = [
    "LARGEST_AMOUNT",
    "UNIT_PLACES",
    "XERO_PLACES",
    "Charges",
    "Discount",
    "LineTax",
    "LineValue",
    "Taxed",
    "account_tax",
    "check_tax",
    "check_total",
    "check_value",
    "in_words",
    "product_tax",
    "read_charges",
]
