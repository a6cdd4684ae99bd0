"""Whose an event is, and what it says, is in its value alone: no header, key or second name moves it (invariant 7)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.inbound.dead_letter import Poison
from mappers.inbound.status_change import read_event
from mappers.inbound.triggers import to_request
from mappers.model.sync_request import Trigger
from tests.builders import OCCURRED_AT, encode, make_company, make_event
from tests.hostile.values import HEADERS
from tests.properties.examples import examples

BEEF, DAIRY = "southern-beef", "tasman-dairy"
ORGANISATIONS = {BEEF: "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11", DAIRY: "1f0e7d4c-2b3a-4c5d-8e6f-7a8b9c0d1e2f"}
COMPANIES = {each: make_company(id=each, organisation=organisation) for each, organisation in ORGANISATIONS.items()}

Headers = list[tuple[str, bytes | None]]
NAMES = st.sampled_from(
    ["company_id", "ce_company_id", "ce_id", "ce_time", "organisation", "ce_source", "content-type"]
)
HEADER_LISTS = st.lists(
    st.sampled_from(HEADERS)
    | st.tuples(NAMES, st.sampled_from([*ORGANISATIONS, *ORGANISATIONS.values(), "x"]).map(str.encode)),
    max_size=5,
)
# What a sender might put beside the company, or inside the shipment, to be taken for another's.
CLAIMS = st.dictionaries(
    st.sampled_from(["company", "Company_id", "organisation", "tenant_id", " company_id", "ce_company_id"]),
    st.sampled_from([*ORGANISATIONS, *ORGANISATIONS.values()]),
)


@settings(max_examples=examples(400), deadline=None)
@given(st.sampled_from([BEEF, DAIRY]), HEADER_LISTS, CLAIMS, CLAIMS)
def test_an_event_makes_a_request_for_its_own_companys_organisation_or_none(
    company: str, headers: Headers, beside: dict[str, Any], inside: dict[str, Any]
) -> None:
    event = make_event(company_id=company, **beside)
    event["shipment"] |= inside
    read = read_event(encode(event), headers, COMPANIES, recorded_at=OCCURRED_AT)
    if isinstance(read, Poison):
        return
    request = to_request(read, COMPANIES[read.company_id], Trigger.STATUS)
    assert (request.company_id, request.organisation) == (company, ORGANISATIONS[company])


@settings(max_examples=examples(400), deadline=None)
@given(HEADER_LISTS)
def test_headers_change_nothing_of_an_event_that_says_it_all_itself(headers: Headers) -> None:
    """In binary mode they fill what the data lacks; where they make it another mode, it is poison or the same."""
    alone = read_event(encode(make_event()), (), COMPANIES, recorded_at=OCCURRED_AT)
    assert not isinstance(alone, Poison)
    beside = read_event(encode(make_event()), headers, COMPANIES, recorded_at=OCCURRED_AT)
    assert beside == alone or isinstance(beside, Poison)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([BEEF, DAIRY]), st.sampled_from([BEEF, DAIRY]), HEADER_LISTS)
def test_a_cloud_event_is_its_datas_companys_whatever_its_attributes_say(
    company: str, claimed: str, headers: Headers
) -> None:
    envelope = {
        "specversion": "1.0",
        "id": "ce-1",
        "source": "/x",
        "type": "t",
        "company_id": claimed,
        "subject": f"{claimed}/SHP-1",
        "data": make_event(company_id=company),
    }
    for mode in ([], [("content-type", b"application/cloudevents+json")]):
        read = read_event(encode(envelope), [*headers, *mode], COMPANIES, recorded_at=OCCURRED_AT)
        assert isinstance(read, Poison) or read.company_id == company
