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
_ITEM = words(
    "ItemID Code Name Description PurchaseDescription IsSold IsPurchased IsTrackedAsInventory InventoryAssetAccountCode"
    " TotalCostPool QuantityOnHand UpdatedDateUTC PurchaseDetails SalesDetails StatusAttributeString ValidationErrors"
)
_DETAILS = words("UnitPrice AccountCode COGSAccountCode TaxType")
_ACCOUNT = words(
    "AccountID Code Name Type BankAccountNumber Status Description BankAccountType CurrencyCode TaxType Class"
    " EnablePaymentsToAccount ShowInExpenseClaims SystemAccount ReportingCode ReportingCodeName HasAttachments"
    " UpdatedDateUTC AddToWatchlist ValidationErrors"
)
_TAX_RATE = words(
    "Name TaxType TaxComponents Status ReportTaxType CanApplyToAssets CanApplyToEquity CanApplyToExpenses"
    " CanApplyToLiabilities CanApplyToRevenue DisplayTaxRate EffectiveRate"
)
_PAYMENT = words(
    "PaymentID Invoice CreditNote Account Date CurrencyRate Amount BankAmount Reference IsReconciled Status PaymentType"
    " UpdatedDateUTC InvoiceNumber HasAccount HasValidationErrors ValidationErrors Code Details"
)
_LISTED = {
    "Invoices": _INVOICE,
    "Quotes": _QUOTE,
    "Contacts": _CONTACT,
    "Items": _ITEM,
    "Accounts": _ACCOUNT,
    "TaxRates": _TAX_RATE,
    "Payments": _PAYMENT,
    "Currencies": words("Code Description"),
    "TrackingCategories": words("TrackingCategoryID TrackingOptionID Name Option Status Options"),
    "BrandingThemes": words("BrandingThemeID Name LogoUrl Type SortOrder CreatedDateUTC"),
    "Organisation": words("Name"),
}
_INNER = {
    "Contact": _CONTACT,
    "Invoice": _INVOICE,
    "Account": _ACCOUNT,
    "SalesDetails": _DETAILS,
    "PurchaseDetails": _DETAILS,
}
_DOCUMENTS = {"invoice": ("Invoice", _INVOICE), "quote": ("Quote", _QUOTE)}


def field_of(resource: str, name: str) -> str | None:
    """The field in Xero's own spelling (case does not matter to its filters); `None` where the resource has none."""
    first, _, rest = name.partition(".")
    known = _spelt(_LISTED.get(resource, frozenset()), first)
    if known is None or not rest:
        return known
    inner = _spelt(_INNER.get(known, frozenset()), rest)
    return inner and f"{known}.{inner}"


def _spelt(known: frozenset[str], name: str) -> str | None:
    return next((each for each in known if each.casefold() == name.casefold()), None)


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
