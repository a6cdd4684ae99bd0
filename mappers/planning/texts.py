"""The texts on a document: reference, line descriptions and the link back to the shipment."""

from mappers.model import Company, DocumentType, Item, SyncRequest
from mappers.planning.shipment import Shipment, ShipmentLine
from mappers.planning.templates import names_in, render, render_url


def reference_text(shipment: Shipment, company: Company) -> str:
    """The profile's template; or the first of `reference_from` that the shipment has, and the incoterms and place
    where the profile puts them there.
    """
    if company.reference_template:
        return render(company.reference_template, _values(shipment))
    terms = _terms(shipment) if company.incoterms_to == "reference" else ""
    return " ".join(each for each in (shipment.reference, terms) if each)


def description(line: ShipmentLine, shipment: Shipment, company: Company, item: Item | None) -> str:
    """The profile's template; or the shipment's words, else the item's name, else the product code. With
    `incoterms_to = "line"` the incoterms and place follow, unless the template has them already.
    """
    name = "" if item is None else item.name
    values = _values(shipment) | _line_values(line, name)
    text = render(company.description_template, values)
    text = text or line.description or name or line.product_code
    if company.incoterms_to != "line" or "incoterms" in names_in(company.description_template):
        return text
    return ", ".join(each for each in (text, _terms(shipment)) if each)


def document_link(shipment: Shipment, request: SyncRequest, company: Company) -> str | None:
    """The `Url` of an invoice, by the profile's `document_url`; quotes have none in Xero.

    Xero wants an absolute address and refuses one that names Xero. A link is a comfort, so one that Xero would refuse
    is left out and never fails the document.
    """
    if not company.document_url or company.document is DocumentType.QUOTE:
        return None
    values = {"company_id": request.company_id, "shipment_id": request.shipment_id, **_values(shipment)}
    url = render_url(company.document_url, values)
    return url if url.startswith(("https://", "http://")) and "xero" not in url.casefold() else None


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
        "line_number": str(line.line_number),
        "product_code": line.product_code,
        "quantity": f"{line.quantity:f}",
        "unit_of_measure": line.unit_of_measure,
    }
