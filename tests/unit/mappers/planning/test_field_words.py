"""What is said of a field reads as a person would say it."""

import pytest

from mappers.planning import Rejected
from tests.at_once import plan
from tests.builders import OMIT, make_company, make_request, make_shipment
from tests.fakes.references import reference_data


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (OMIT, "The incoterms are missing."),
        ("F" * 300, "The incoterms have 300 characters, more than the "),
        ("FO\u200bB", "The incoterms hold a hidden character: "),
    ],
)
def test_a_message_agrees_with_its_field_in_number(terms: object, said: str) -> None:
    answer = plan(make_request(shipment=make_shipment(incoterms=terms)), make_company(), reference_data())
    assert isinstance(answer, Rejected)
    (message,) = [each.message for each in answer.problems if each.field == "incoterms"]
    assert message.startswith(said)


@pytest.mark.parametrize(
    ("given", "shown"), [(["ALOK"], "a list"), ({"code": "ALOK"}, "an object"), (17, "17"), (False, "False")]
)
def test_what_is_in_the_place_of_a_text_is_shown_in_a_word(given: object, shown: str) -> None:
    answer = plan(make_request(shipment=make_shipment(buyer_code=given)), make_company(), reference_data())
    assert isinstance(answer, Rejected)
    assert [each.value for each in answer.problems if each.field == "buyer_code"] == [shown]
