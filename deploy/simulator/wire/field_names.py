"""The field names that Xero's Accounting API knows (OpenAPI description 16.1.0). It ignores others in silence: a typing
error loses data, so the simulator records every name that is not here.
"""

from collections.abc import Iterator
from typing import Any


def words(text: str) -> frozenset[str]:
    """The words of a text: sets of names are written as running text, to be read beside the page they come from."""
    return frozenset(text.split())


_TRACKING = words("TrackingCategoryID TrackingOptionID Name Option")
_LINE = words(
    "LineItemID Description Quantity UnitAmount ItemCode AccountCode AccountID TaxType TaxAmount Item LineAmount"
    " Tracking DiscountRate DiscountAmount RepeatingInvoiceID Taxability SalesTaxCodeId TaxBreakdown"
)
_INVOICE = words(
    "Type Contact LineItems Date DueDate LineAmountTypes InvoiceNumber Reference BrandingThemeID Url CurrencyCode"
    " CurrencyRate Status SentToContact ExpectedPaymentDate PlannedPaymentDate CISDeduction CISRate SubTotal"
    " TotalTax Total TotalDiscount InvoiceID RepeatingInvoiceID HasAttachments IsDiscounted Payments Prepayments"
    " Overpayments AmountDue AmountPaid FullyPaidOnDate AmountCredited UpdatedDateUTC UpdatedDateUTCString"
    " CreditNotes Attachments HasErrors StatusAttributeString ValidationErrors Warnings InvoiceAddresses DateString"
    " DueDateString"
)
_QUOTE = words(
    "QuoteID QuoteNumber Reference Terms Contact LineItems Date DateString ExpiryDate ExpiryDateString Status"
    " CurrencyCode CurrencyRate SubTotal TotalTax Total TotalDiscount Title Summary BrandingThemeID UpdatedDateUTC"
    " LineAmountTypes StatusAttributeString ValidationErrors"
)
_CONTACT = words(
    "ContactID MergedToContactID ContactNumber AccountNumber ContactStatus Name FirstName LastName CompanyNumber"
    " EmailAddress ContactPersons BankAccountDetails TaxNumber TaxNumberType AccountsReceivableTaxType"
    " AccountsPayableTaxType Addresses Phones IsSupplier IsCustomer SalesDefaultLineAmountType"
    " PurchasesDefaultLineAmountType DefaultCurrency XeroNetworkKey SalesDefaultAccountCode"
    " PurchasesDefaultAccountCode SalesTrackingCategories PurchasesTrackingCategories TrackingCategoryName"
    " TrackingCategoryOption PaymentTerms UpdatedDateUTC ContactGroups Website BrandingTheme BatchPayments Discount"
    " Balances Attachments HasAttachments ValidationErrors HasValidationErrors StatusAttributeString"
)
_DOCUMENTS = {"invoice": ("Invoice", _INVOICE), "quote": ("Quote", _QUOTE)}


def unknown_fields(kind: str, element: Any) -> Iterator[str]:
    """Names in one document of a request that Xero does not know, as `Invoice.Referense`."""
    name, known = _DOCUMENTS[kind]
    yield from _unknown(name, known, element)
    if isinstance(element, dict):
        yield from _unknown("Contact", _CONTACT, element.get("Contact"))
        for line in _objects(element.get("LineItems")):
            yield from _unknown("LineItem", _LINE, line)
            for tracking in _objects(line.get("Tracking")):
                yield from _unknown("Tracking", _TRACKING, tracking)


def _unknown(name: str, known: frozenset[str], value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (f"{name}.{key}" for key in value if key not in known)


def _objects(value: Any) -> list[Any]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
