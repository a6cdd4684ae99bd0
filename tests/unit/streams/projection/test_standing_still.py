"""What stands still is counted by company and cause, and no longer when it goes on."""

from datetime import timedelta

from mappers.model.outcome import Action, Outcome, Status, Waiting
from mappers.model.problem import Code, Problem
from streams.projection.store import ProjectionStore
from tests.builders import OCCURRED_AT
from tests.fakes.key_value import MemoryKeyValue
from tests.unit.streams.ops.test_metrics import outcome

ALOK = Problem(code=Code.CUSTOMER_NOT_FOUND, field="buyer_code", value="ALOK", message="m")
NOBODY = Problem(code=Code.CUSTOMER_NOT_FOUND, field="buyer_code", value="NOBODY", message="m")


def about(shipment: str, company: str, at: int, status: Status, **changes: object) -> Outcome:
    when = OCCURRED_AT + timedelta(seconds=at)
    made = outcome(status, company_id=company, shipment_id=shipment, occurred_at=when, **changes)
    return made.model_copy(update={"outcome_id": made.outcome_id.__class__(int=at + 1)})


def test_shipments_are_counted_by_company_and_cause() -> None:
    store = ProjectionStore(MemoryKeyValue())
    assert store.standing_still() == {}
    outcomes = [
        about("A", "beef", 1, Status.REJECTED, errors=[ALOK]),
        about("B", "beef", 2, Status.REJECTED, errors=[NOBODY]),
        about("C", "beef", 3, Status.WAITING, waiting=Waiting(reason="out_of_quota", for_=("o",))),
        about("A", "lamb", 4, Status.REJECTED, errors=[ALOK]),
    ]
    store.apply(enumerate(outcomes), [], {})
    assert store.standing_still() == {
        ("beef", "customer_not_found"): 2,
        ("beef", "out_of_quota"): 1,
        ("lamb", "customer_not_found"): 1,
    }
    store.apply([(9, about("B", "beef", 5, Status.PROCESSED, action=Action.CREATED))], [], {})
    assert store.standing_still()["beef", "customer_not_found"] == 1
