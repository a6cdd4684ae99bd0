"""The texts on a document: its reference, its lines' descriptions and the link back to the shipment.

The profile may give templates for them, in which names in braces are replaced and everything else stays as it is.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from mappers.model import Company, DocumentType, Item, SyncRequest
from mappers.planning.shipment import Shipment, ShipmentLine

_NAME: Final = re.compile(r"\{([^{}]*)\}")

DESCRIPTION_NAMES: Final = frozenset(
    {
        "description",
        "exporter_reference",
        "incoterms",
        "incoterms_place",
        "invoice_number",
        "item_name",
        "line_number",
        "product_code",
        "quantity",
        "shipment_number",
        "unit_of_measure",
    }
)
REFERENCE_NAMES: Final = frozenset(
    {"exporter_reference", "incoterms", "incoterms_place", "invoice_number", "shipment_number"}
)
URL_NAMES: Final = frozenset({"company_id", "invoice_number", "shipment_id", "shipment_number"})


def reference_text(shipment: Shipment, company: Company) -> str:
    """The profile's template; or the first of `reference_from` that the shipment has, and the incoterms and place
    where the profile puts them there.
    """
    if company.reference_template:
        return render(company.reference_template, _values(shipment))
    terms = _terms(shipment) if company.incoterms_to == "reference" else ""
    return " ".join(each for each in (shipment.reference, terms) if each)


def description(line: ShipmentLine, shipment: Shipment, company: Company, item: Item | None) -> str:
    """The profile's template; or the shipment's words, else the item's description or name, else the product code. With
    `incoterms_to = "line"` the incoterms and place follow, unless the template has them already.
    """
    name = "" if item is None else item.name
    template = company.description_template
    text = render(template, _values(shipment) | _line_values(line, name)) if template else ""
    text = text or line.description or ("" if item is None else item.description) or name or line.product_code
    if company.incoterms_to != "line" or "incoterms" in names_in(template):
        return text
    return ", ".join(each for each in (text, _terms(shipment)) if each)


def document_link(shipment: Shipment, request: SyncRequest, company: Company) -> str | None:
    """The `Url` of an invoice, by the profile's `document_url`; quotes have none in Xero.

    Xero wants an absolute address and refuses one that names Xero. The link is optional, so one that Xero would refuse
    is left out and never fails the document.
    """
    if not company.document_url or company.document is DocumentType.QUOTE:
        return None
    values = {"company_id": request.company_id, "shipment_id": request.shipment_id, **_values(shipment)}
    url = render_url(company.document_url, values)
    return url if url.startswith(("https://", "http://")) and "xero" not in url.casefold() else None


def render(template: str, values: Mapping[str, str]) -> str:
    """The template with its names replaced; a name without a value becomes nothing, and doubled blanks become one."""
    filled = _NAME.sub(lambda found: values.get(found.group(1).strip(), ""), template)
    return re.sub(r"[ \t]{2,}", " ", filled).strip()


def render_url(template: str, values: Mapping[str, str]) -> str:
    """As `render`, with every value percent-encoded, so that a code cannot change where the link leads."""
    return render(template, {name: quote(value, safe="") for name, value in values.items()})


@lru_cache(maxsize=1024)
def names_in(template: str) -> frozenset[str]:
    """The names that a template uses. Templates are the profile's, and each is asked about with every shipment."""
    return frozenset(found.strip() for found in _NAME.findall(template))


def unknown_names(template: str, allowed: frozenset[str]) -> tuple[str, ...]:
    """The names in braces that mean nothing here, sorted; a profile that uses one is wrong."""
    return tuple(sorted(names_in(template) - allowed))


def _terms(shipment: Shipment) -> str:
    return " ".join(each for each in (shipment.incoterms, shipment.incoterms_place) if each)


def _values(shipment: Shipment) -> dict[str, str]:
    return {
        "exporter_reference": shipment.exporter_reference,
        "incoterms": shipment.incoterms,
        "incoterms_place": shipment.incoterms_place,
        "invoice_number": shipment.invoice_number,
        "shipment_number": shipment.shipment_number,
    }


def _line_values(line: ShipmentLine, item_name: str) -> dict[str, str]:
    return {
        "description": line.description,
        "item_name": item_name,
        "line_number": f"{line.line_number:f}",
        "product_code": line.product_code,
        "quantity": f"{line.quantity:f}",
        "unit_of_measure": line.unit_of_measure,
    }
