"""What is approved or was sent to the customer changes only where the profile says so, and never in a locked period."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from mappers.existing.decide import Adopt, Decision, LetGo, Refuse, Update, decide
from mappers.existing.problems import approved_updated
from mappers.model.document import ExistingDocument
from mappers.model.problem import Code
from tests.builders import make_company
from tests.unit.mappers.existing.test_decide import CHANGED, QUOTE, decided, refusal, shown, whose
from tests.unit.mappers.existing.xero_documents import ORGANISATION, document, existing

LOCK = dt.date(2026, 11, 19)
EARLIER = dt.date(2026, 10, 1)
SENT = {"sent_to_contact": True}
APPROVED = [("AUTHORISED", {}), ("AUTHORISED", SENT), ("DRAFT", SENT), ("SUBMITTED", SENT)]


@whose
@pytest.mark.parametrize(("status", "fields"), APPROVED)
def test_what_is_approved_or_sent_is_left_alone_whoever_made_it(
    status: str, fields: dict[str, Any], ours: bool
) -> None:
    decision = decided(document(lines=CHANGED), existing(status=status, **fields), ours=ours)
    assert refusal(decision) is (Code.DOCUMENT_SENT if fields else Code.DOCUMENT_AUTHORISED)
    assert isinstance(decision, Refuse)
    assert "on_authorised" in decision.problem.hint


@whose
@pytest.mark.parametrize(("status", "fields"), APPROVED)
def test_the_profile_may_let_it_be_updated(status: str, fields: dict[str, Any], ours: bool) -> None:
    there = existing(status=status, **fields)
    decision = decided(document(lines=CHANGED), there, ours=ours, on_authorised="update")
    assert decision == Update(there.xero_id, document(lines=CHANGED, status=status))


@whose
@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_drafts_and_submitted_ones_are_updated_without_being_asked(status: str, ours: bool) -> None:
    decision = decided(document(lines=CHANGED), existing(status=status), ours=ours)
    assert decision == Update(existing().xero_id, document(lines=CHANGED, status=status))


@pytest.mark.parametrize(("status", "fields"), APPROVED)
def test_what_is_approved_and_equal_is_adopted(status: str, fields: dict[str, Any]) -> None:
    assert decided(document(), existing(status=status, **fields), ours=False) == Adopt()


@pytest.mark.parametrize("was_sent", [True, False])
def test_the_warning_of_an_update_says_what_is_to_be_done(was_sent: bool) -> None:
    problem = approved_updated(existing(status="AUTHORISED"), was_sent=was_sent)
    assert problem.code is (Code.DOCUMENT_SENT if was_sent else Code.DOCUMENT_AUTHORISED)
    assert "INV-7" in problem.message
    assert problem.hint


def locked(wanted_status: str, there: ExistingDocument, **profile: Any) -> Decision:
    wanted = document(status=wanted_status, lines=CHANGED)
    return decided(wanted, there, ours=True, lock=LOCK, on_authorised="update", **profile)


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_a_draft_in_a_locked_period_is_updated(status: str) -> None:
    assert isinstance(locked("DRAFT", existing(status=status)), Update)


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_a_draft_in_a_locked_period_is_left_alone_where_the_profile_refuses(status: str) -> None:
    assert refusal(locked("DRAFT", existing(status=status), on_locked="refuse")) is Code.PERIOD_LOCKED


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "AUTHORISED"])
def test_nothing_is_approved_in_a_locked_period(status: str) -> None:
    decision = locked("AUTHORISED", existing(status=status))
    assert refusal(decision) is Code.PERIOD_LOCKED
    assert isinstance(decision, Refuse)
    assert "period lock date 2026-11-19" in decision.problem.message


def test_what_is_approved_stays_locked_though_the_profile_makes_drafts() -> None:
    assert refusal(locked("DRAFT", existing(status="AUTHORISED"))) is Code.PERIOD_LOCKED


def test_an_approved_document_is_not_moved_out_of_a_lock_and_a_draft_may_be() -> None:
    inside = dt.date(2026, 10, 31)
    approved = existing(date=EARLIER, status="AUTHORISED")
    decision = decided(document(), approved, ours=True, lock=inside, on_authorised="update")
    assert refusal(decision) is Code.PERIOD_LOCKED
    assert isinstance(decided(document(), existing(date=EARLIER), ours=True, lock=inside), Update)


def test_an_approved_document_is_not_moved_into_a_lock_and_a_draft_may_be() -> None:
    inside, wanted = dt.date(2026, 10, 31), document(date=EARLIER)
    decision = decided(wanted, existing(status="AUTHORISED"), ours=True, lock=inside, on_authorised="update")
    assert refusal(decision) is Code.PERIOD_LOCKED
    assert isinstance(decided(wanted, existing(), ours=True, lock=inside), Update)


@whose
def test_a_lock_binds_by_any_date_of_the_two_that_is_known(ours: bool) -> None:
    undated = existing(date=None, status="AUTHORISED")
    wanted, before = document(lines=CHANGED), LOCK - dt.timedelta(days=1)
    decision = decided(wanted, undated, ours=ours, lock=LOCK, on_authorised="update")
    assert refusal(decision) is Code.PERIOD_LOCKED
    assert isinstance(decided(wanted, undated, ours=ours, lock=before, on_authorised="update"), Update)


def test_locks_do_not_apply_to_quotes() -> None:
    wanted = document(type=QUOTE, lines=CHANGED)
    assert isinstance(decided(wanted, shown(QUOTE, "DRAFT"), ours=True, lock=LOCK, on_locked="refuse"), Update)


def test_a_deleted_document_in_a_lock_is_let_go() -> None:
    assert decided(document(lines=CHANGED), existing(status="DELETED"), ours=True, lock=LOCK) == LetGo()


@pytest.mark.parametrize("lock", ["period_lock_date", "end_of_year_lock_date"])
@pytest.mark.parametrize(("day", "is_locked"), [(18, False), (19, True), (20, True)])
def test_either_lock_binds_and_binds_its_own_day(lock: str, day: int, is_locked: bool) -> None:
    organisation = replace(ORGANISATION, **{lock: dt.date(2026, 11, day)})  # type: ignore[arg-type]  # One of two dates.
    wanted = document(status="AUTHORISED", lines=CHANGED)
    decision = decide(wanted, existing(), known=None, company=make_company(), organisation=organisation)
    assert isinstance(decision, Refuse if is_locked else Update)


@pytest.mark.parametrize(
    ("days", "named"), [((1, 19), "end of year lock date 2026-11-19"), ((19, 1), "period lock date 2026-11-19")]
)
def test_the_later_of_two_locks_binds_and_is_named(days: tuple[int, int], named: str) -> None:
    period, year = (dt.date(2026, 11, day) for day in days)
    organisation = replace(ORGANISATION, period_lock_date=period, end_of_year_lock_date=year)
    wanted = document(status="AUTHORISED", lines=CHANGED)
    decision = decide(wanted, existing(), known=None, company=make_company(), organisation=organisation)
    assert refusal(decision) is Code.PERIOD_LOCKED
    assert isinstance(decision, Refuse)
    assert named in decision.problem.message
