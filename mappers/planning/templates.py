"""Texts that people configure: names in braces are replaced, everything else stays as it is."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

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


def render(template: str, values: Mapping[str, str]) -> str:
    """The template with its names replaced; a name without a value becomes nothing, and doubled blanks become one."""
    filled = _NAME.sub(lambda found: values.get(found.group(1).strip(), ""), template)
    return re.sub(r"[ \t]{2,}", " ", filled).strip()


def render_url(template: str, values: Mapping[str, str]) -> str:
    """As `render`, with every value percent-encoded, so that a code cannot change where the link leads."""
    return render(template, {name: quote(value, safe="") for name, value in values.items()})


def names_in(template: str) -> frozenset[str]:
    """The names that a template uses."""
    return frozenset(found.strip() for found in _NAME.findall(template))


def unknown_names(template: str, allowed: frozenset[str]) -> tuple[str, ...]:
    """The names in braces that mean nothing here, sorted; a profile that has some is wrong."""
    return tuple(sorted(names_in(template) - allowed))
