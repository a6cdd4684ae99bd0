"""What another profile would change, and what of it a running worker refuses."""

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import Company, Tracking, XeroFacts
from streams.app.steering.changes import changes_between, why_restart
from streams.app.steering.running_profile import RunningProfile
from tests.builders import ORGANISATION, make_company

ELSEWHERE = "99999999-8888-7777-6666-555555555555"


def by_id(*companies: Company) -> dict[str, Company]:
    return {each.id: each for each in companies}


def test_a_profile_that_says_the_same_changes_nothing() -> None:
    changes = changes_between(by_id(make_company()), by_id(make_company()))
    assert not changes.are_any
    assert list(why_restart(by_id(make_company()), by_id(make_company()))) == []


def test_what_changes_is_named() -> None:
    before = by_id(*(make_company(id=each) for each in ("gone", "same", "other", "moved")))
    after = by_id(
        make_company(id="same"),
        make_company(id="other", account_code="310"),
        make_company(id="moved", organisation=ELSEWHERE),
        make_company(id="new"),
    )
    changes = changes_between(before, after)
    assert (changes.added, changes.removed) == (("new",), ("gone",))
    assert (changes.changed, changes.moved) == (("moved", "other"), ("moved",))
    assert changes.organisations == {ORGANISATION, ELSEWHERE}
    assert list(why_restart(before, after)) == []


def test_only_the_organisations_of_what_changes_are_named() -> None:
    before = by_id(make_company(id="here"), make_company(id="there", organisation=ELSEWHERE))
    after = by_id(make_company(id="here"), make_company(id="there", organisation=ELSEWHERE, account_code="310"))
    assert changes_between(before, after).organisations == {ELSEWHERE}


def test_an_organisation_that_another_connection_would_reach_needs_a_restart() -> None:
    (why,) = why_restart(by_id(make_company()), by_id(make_company(connection="second")))
    assert why == f"organisation {ORGANISATION} is reached by connection default, and would be by second"
    assert list(why_restart(by_id(make_company()), by_id(make_company(organisation=ELSEWHERE, connection="x")))) == []


def test_a_list_that_is_not_read_for_the_organisation_needs_a_restart() -> None:
    tracked = make_company(tracking=(Tracking(category="Region", option="North"),))
    (why,) = why_restart(by_id(make_company()), by_id(tracked))
    assert ORGANISATION in why
    assert "not read for it yet" in why
    assert list(why_restart(by_id(tracked), by_id(make_company()))) == []


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "200", "310"])), st.data())
def test_a_company_that_says_the_same_stays_the_same_object(codes: dict[str, str], data: st.DataObject) -> None:
    """What was planned by it still stands; of any other a plan is made anew."""
    again = data.draw(st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "200", "310"])))
    profile = RunningProfile(make_company(id=each, account_code=code) for each, code in codes.items())
    before = dict(profile)
    profile.switch(make_company(id=each, account_code=code) for each, code in again.items())
    assert {each: company.account_code for each, company in profile.items()} == again
    for each, code in again.items():
        assert (before.get(each) is profile[each]) == (codes.get(each) == code)


def test_what_is_known_of_xero_is_part_of_a_company() -> None:
    profile = RunningProfile([make_company().with_facts(XeroFacts(lock_binds_drafts=True))])
    before = profile[make_company().id]
    assert before.facts.lock_binds_drafts
    profile.switch([make_company().with_facts(XeroFacts(lock_binds_drafts=True))])
    assert profile[before.id] is before
    profile.switch([make_company()])
    assert profile[before.id] is not before


def test_the_digest_is_of_what_is_said_and_not_of_its_order() -> None:
    one, other = make_company(id="one"), make_company(id="other")
    assert RunningProfile([one, other]).digest == RunningProfile([other, one]).digest
    assert RunningProfile([one]).digest != RunningProfile([make_company(id="one", account_code="1")]).digest
    assert len(RunningProfile([one]).digest) == 12
