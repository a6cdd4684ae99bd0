"""Planning: the same answer every time, whatever is in the snapshot."""

import string
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.model.document import content_hash
from mappers.model.problem import Code
from mappers.planning.plan import Planned, Rejected
from mappers.planning.product import has_product
from tests.at_once import needs, plan
from tests.builders import OMIT, make_company, make_line, make_request, make_shipment
from tests.fakes.references import has_customer
from tests.properties.examples import examples
from tests.properties.mappers.shipments import REFERENCE, shipments

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_SCALARS = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | _TEXT
_ANYTHING = st.recursive(
    _SCALARS, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(_TEXT, inside, max_size=3), max_leaves=6
)
_BROKEN = st.dictionaries(st.sampled_from([*make_shipment(), "charges"]), _ANYTHING | st.just(OMIT), max_size=5)
_BROKEN_LINES = st.lists(
    st.dictionaries(st.sampled_from(list(make_line())), _ANYTHING | st.just(OMIT), max_size=3), max_size=3
)
_CODES = st.text(string.ascii_letters + " -", min_size=1, max_size=4)


@settings(max_examples=examples(500))
@given(shipments(), st.data())
def test_the_same_shipment_gives_the_same_answer_and_hash(shipment: dict[str, Any], data: st.DataObject) -> None:
    """Neither the order of the snapshot's fields nor the request around it matters."""
    shuffled = dict(data.draw(st.permutations(list(shipment.items()))))
    company = make_company(charges={"freight": "260", "insurance": "261"})
    one = plan(make_request(shipment=shipment), company, REFERENCE)
    two = plan(make_request(shipment=shuffled, event_id="another", revision=9), company, REFERENCE)
    assert one == two
    if isinstance(one, Planned) and isinstance(two, Planned):
        assert content_hash(one.document) == content_hash(two.document)


@settings(max_examples=examples(500))
@given(shipments(), st.integers(0, 3))
def test_trailing_zeros_do_not_change_the_hash(shipment: dict[str, Any], zeros: int) -> None:
    padded = shipment | {"lines": [_padded(each, zeros) for each in shipment["lines"]]}
    company = make_company(rounding_account="860")
    one = plan(make_request(shipment=shipment), company, REFERENCE)
    two = plan(make_request(shipment=padded), company, REFERENCE)
    assert isinstance(one, Planned) is isinstance(two, Planned)
    if isinstance(one, Planned) and isinstance(two, Planned):
        assert content_hash(one.document) == content_hash(two.document)


def _padded(line: dict[str, Any], zeros: int) -> dict[str, Any]:
    numbers = {name: line[name] for name in ("quantity", "unit_price", "item_value")}
    dotted = {name: value if "." in value else f"{value}." for name, value in numbers.items()}
    return line | {name: (value + "0" * zeros).rstrip(".") for name, value in dotted.items()}


@settings(max_examples=examples(2000))
@given(_BROKEN, _BROKEN_LINES)
def test_no_snapshot_raises_and_every_problem_can_be_shown(fields: dict[str, Any], lines: list[dict[str, Any]]) -> None:
    snapshot = make_shipment(lines=[make_line(**each) for each in lines])
    snapshot = make_shipment(**{**snapshot, **fields})
    company = make_company(charges={"freight": "260"}, exchange_rate="required")
    request = make_request(shipment=snapshot)
    needs(request, company)
    answer = plan(request, company, REFERENCE)
    if isinstance(answer, Rejected):
        assert answer.problems
        assert all(each.message and each.hint for each in answer.problems)
        assert len({(each.code, each.field) for each in answer.problems}) == len(answer.problems)


def is_in_xero(release_key: str) -> bool:
    kind, _, code = release_key.partition(":")
    if kind == "currency":
        return code in REFERENCE.currencies
    return has_customer(code, REFERENCE) if kind == "contact" else has_product(code, REFERENCE)


@given(_CODES, _CODES)
def test_what_a_rejection_waits_for_has_not_appeared_yet(customer: str, product: str) -> None:
    """Otherwise it would be sent and rejected forever. Every missing code is also one that was asked for."""
    request = make_request(shipment=make_shipment(buyer_code=customer, lines=[make_line(product_code=product)]))
    company = make_company()
    answer = plan(request, company, REFERENCE)
    if not isinstance(answer, Rejected) or any(each.code is Code.FIELD_MISSING for each in answer.problems):
        return
    wanted = needs(request, company)
    assert answer.missing
    assert not any(is_in_xero(key) for key in answer.missing)
    asked = {f"contact:{each}" for each in wanted.customers} | {f"item:{each}" for each in wanted.products}
    assert set(answer.missing) <= asked
