"""The accounts and tax rates an organisation has when its seed names none, by country."""

from deploy.simulator.wire import JsonObject

_SALES = {"AU": "OUTPUT", "NZ": "OUTPUT2"}


def accounts(country: str) -> tuple[JsonObject, ...]:
    """A small chart: sales, freight, a bank, receivables (system) and an archived account."""
    sales_tax = _SALES.get(country, "OUTPUT")
    return (
        {"Code": "200", "Name": "Sales", "Type": "REVENUE", "TaxType": sales_tax},
        {"Code": "201", "Name": "Export sales", "Type": "REVENUE", "TaxType": export_tax(country)},
        {"Code": "260", "Name": "Other revenue", "Type": "REVENUE", "TaxType": sales_tax},
        {"Code": "425", "Name": "Freight and courier", "Type": "EXPENSE", "TaxType": "INPUT"},
        {"Code": "299", "Name": "Old sales", "Type": "REVENUE", "TaxType": sales_tax, "Status": "ARCHIVED"},
        {"Code": "090", "Name": "Business account", "Type": "BANK", "TaxType": "NONE"},
        {"Code": "610", "Name": "Receivables", "Type": "CURRENT", "TaxType": "NONE", "SystemAccount": "DEBTORS"},
    )


def tax_rates(country: str) -> tuple[JsonObject, ...]:
    return _NEW_ZEALAND if country == "NZ" else _AUSTRALIA


def export_tax(country: str) -> str:
    """The tax type of export sales, free of tax."""
    return "ZERORATEDOUTPUT" if country == "NZ" else "EXEMPTEXPORT"


def _rate(tax_type: str, name: str, percent: int, *, revenue: bool = True) -> JsonObject:
    return {"TaxType": tax_type, "Name": name, "EffectiveRate": percent, "CanApplyToRevenue": revenue}


_AUSTRALIA = (
    _rate("OUTPUT", "GST on Income", 10),
    _rate("EXEMPTEXPORT", "GST Free Exports", 0),
    _rate("EXEMPTOUTPUT", "GST Free Income", 0),
    _rate("INPUT", "GST on Expenses", 10, revenue=False),
    _rate("BASEXCLUDED", "BAS Excluded", 0),
    _rate("NONE", "No Tax", 0),
)
_NEW_ZEALAND = (
    _rate("OUTPUT2", "15% GST on Income", 15),
    _rate("ZERORATEDOUTPUT", "Zero Rated - Exports", 0),
    _rate("INPUT2", "15% GST on Expenses", 15, revenue=False),
    _rate("INPUT", "GST on Expenses", 15, revenue=False),
    _rate("NONE", "No GST", 0),
)
