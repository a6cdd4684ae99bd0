"""An organisation under the simulator's own rules, without HTTP: what Xero makes of a document, and what it shows."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from deploy.simulator import Seed
from deploy.simulator.books import Organisation
from deploy.simulator.http.documents import document_as_json
from deploy.simulator.rules import ElementWrite, write_invoice, write_quote
from deploy.simulator.wire import Counts, Ids, Switches, json_codec
from mappers.model.document import Document, ExistingDocument
from mappers.model.master_data import ReferenceData
from tests.at_once import at_once
from tests.fakes.references import reference_data
from xero_client.accounting.decode import documents_in_steps
from xero_client.accounting.encode import encode_documents
from xero_client.json_codec import read_object
from xero_client.master_data.rows import (
    accounts_in,
    contacts_in,
    items_in,
    tax_types_in,
    tracking_in,
)

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
PERCENTS = {"OUTPUT": 10, "EXEMPTEXPORT": 0, "BASEXCLUDED": 0, "ROUGH": Decimal("12.75")}
# Item to its own tax type and account; account to its tax type. Every way that a tax type can be found is here.
ITEMS = {
    "GST": ("OUTPUT", "201"),
    "EXPORT": ("EXEMPTEXPORT", "200"),
    "BY-SALES": ("", "200"),
    "BY-EXPORTS": ("", "201"),
    "ROUGH": ("ROUGH", "200"),
}
ACCOUNTS = {"200": "OUTPUT", "201": "EXEMPTEXPORT", "260": "OUTPUT", "860": "BASEXCLUDED"}
CURRENCIES = ("AUD", "USD", "JPY", "KWD")


class Books:
    """One organisation. `switches` are the simulator's answers to what is not known of Xero."""

    def __init__(self, **switches: Any) -> None:
        self._switches = Switches().changed(switches)
        self._ids = Ids(random.Random(1))  # noqa: S311  # Ids of a test should repeat.
        self.organisation = Organisation.from_seed(replace(Seed.demo().organisations[0], **_rows()), self._ids, NOW)

    def reference(self) -> ReferenceData:
        """The master data, through the readers of the real client."""
        accounts = [each.as_json() for each in self.organisation.codes.accounts.values()]
        rates = {"TaxRates": [each.as_json() for each in self.organisation.codes.tax_rates.values()]}
        known = reference_data(
            contacts=contacts_in({"Contacts": [{"ContactID": "c0", "Name": "Alok", "AccountNumber": "ALOK"}]}),
            items=items_in({"Items": [each.as_json(4) for each in self.organisation.items]}),
            accounts=accounts_in({"Accounts": accounts}).values(),
            currencies=CURRENCIES,
        )
        tracking = tracking_in({"TrackingCategories": self.organisation.codes.tracking})
        found = tax_types_in(rates)
        return replace(known, tax_types=found.for_sales, tax_percents=found.percents, tracking=tracking)

    def write(self, document: Document) -> tuple[ExistingDocument, ExistingDocument]:
        """Create the document from the client's own bytes: as the reply shows it, and as a later read may show it."""
        kind, plural = document.type, f"{document.type.value.capitalize()}s"
        (row,) = json_codec.loads(encode_documents(kind, [(document, None)]))[plural]
        write = ElementWrite(self.organisation, self._switches, Counts(), self._ids, NOW, "test", "put", 4)
        made = (write_invoice if kind == "invoice" else write_quote)(write, row, "")
        shown = json_codec.loads(json_codec.dumps(document_as_json(made, self.organisation, 4)))
        replies = [{plural: [shown]}, {plural: [as_read_later(shown, made.line_amount_types == "Inclusive")]}]
        (reply,), (read,) = (
            at_once(documents_in_steps(kind, read_object(json_codec.encode(each)))) for each in replies
        )
        return reply, read


def as_read_later(shown: dict[str, Any], is_inclusive: bool) -> dict[str, Any]:
    """What public reports say Xero shows otherwise than sent, where the simulator does not show it so already."""
    lines = [_zero_line(each) for each in shown["LineItems"]]
    together = sum(each["LineAmount"] for each in lines)
    if "QuoteID" in shown and is_inclusive and together == shown["Total"]:
        lines = [_net_line(each) for each in lines]
    return shown | {"LineItems": lines}


def _zero_line(line: dict[str, Any]) -> dict[str, Any]:
    """calcinai/xero-php issue 660."""
    return line if line["LineAmount"] else {name: line[name] for name in line if name not in ("AccountCode", "TaxType")}


def _net_line(line: dict[str, Any]) -> dict[str, Any]:
    """XeroAPI/xero-mcp-server pull request 309."""
    net = line["LineAmount"] - line["TaxAmount"]
    unit = (Decimal(net) / Decimal(line["Quantity"])).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return line | {"LineAmount": net, "UnitAmount": unit}


def _rows() -> dict[str, Any]:
    return {
        "contacts": ({"ContactID": "c0", "Name": "Alok", "AccountNumber": "ALOK"},),
        "items": tuple(_item(code, *given) for code, given in ITEMS.items()),
        "accounts": tuple(
            {"Code": code, "Name": code, "Type": "REVENUE", "TaxType": tax} for code, tax in ACCOUNTS.items()
        ),
        "tax_rates": tuple({"TaxType": name, "EffectiveRate": percent} for name, percent in PERCENTS.items()),
        "currencies": CURRENCIES,
        "market_rates": {"USD": Decimal("0.65"), "JPY": Decimal("98.75"), "KWD": Decimal("0.2")},
    }


def _item(code: str, tax_type: str, account: str) -> dict[str, Any]:
    sales = {"AccountCode": account, "UnitPrice": Decimal("7.77")} | ({"TaxType": tax_type} if tax_type else {})
    return {"Code": code, "Name": code, "Description": code, "SalesDetails": sales}
