"""What a shipment says stands in the document as it is: no text of a shipment is a template (or a format, or code)."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappers.model.document import Document
from mappers.planning.plan import Planned
from mappers.planning.texts import render, render_url
from tests.at_once import plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

REFERENCE = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])
PIECES = [
    "{incoterms}",
    "{ incoterms }",
    "{{7*7}}",
    "{0}",
    "{0.__class__.__mro__}",
    "{shipment_number!r:>99}",
    "%s",
    "%(incoterms)s",
    "${incoterms}",
    "$incoterms",
    "<%= 7*7 %>",
    "#{7*7}",
    "\\1",
    "\\g<0>",
    "{",
    "}",
    "{}",
    "a",
    "-",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)


def document(shipment: dict[str, Any], **profile: Any) -> Document:
    planned = plan(make_request(shipment=shipment), make_company(**profile), REFERENCE)
    assert isinstance(planned, Planned), planned
    return planned.document


@settings(max_examples=200, deadline=None)
@given(TEXTS, TEXTS)
@example("{incoterms}", "{description}")
def test_a_shipments_texts_stand_in_the_document_as_they_are(reference: str, description: str) -> None:
    shipment = make_shipment(exporter_reference=reference, lines=[make_line(description=description)])
    made = document(
        shipment,
        reference_template="Ref {exporter_reference} ({shipment_number})",
        description_template="{product_code}: {description} / {exporter_reference}",
    )
    assert made.reference == f"Ref {reference} (SHP-000123)"
    assert made.lines[0].description == f"BEEF-01: {description} / {reference}"


@settings(max_examples=200, deadline=None)
@given(TEXTS | st.text(max_size=20))
def test_a_value_changes_nothing_of_an_address_around_it(value: str) -> None:
    url = render_url("https://ship.example/a/{shipment_id}/b?c={shipment_id}#d", {"shipment_id": value})
    start, end = url.removeprefix("https://ship.example/a/").split("/b?c=")
    assert end == f"{start}#d"
    assert not set(start) & set("/?#&{} \n")


@given(st.text(max_size=30), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_any_template_is_rendered_without_an_exception(template: str, values: dict[str, str]) -> None:
    assert isinstance(render(template, values), str)
