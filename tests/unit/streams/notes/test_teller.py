"""A teller: new causes only, a quarter of an hour apart, once each, and nothing that a receiver does harms it."""

from mappers.model.outcome import Status
from mappers.outbound import MOST_CAUSES
from streams.notes import Delivery, Result
from tests.builders import COMPANY_ID
from tests.outcome_builders import make_outcome, waiting
from tests.unit.streams.notes.telling import PAGE, Telling

AWAY = Delivery(Result.AWAY, "HTTP 500")
REFUSED = Delivery(Result.REFUSED, "550")
GONE = Delivery(Result.GONE, "HTTP 410")


async def test_a_new_cause_is_told_with_its_shipments_and_what_to_do() -> None:
    telling = Telling()
    for number in range(7):
        telling.reject(f"S{number}")
    assert await telling.later() == [[("ALOK", 7)]]
    ((note_id, note),) = telling.listener.heard
    (cause,) = note.data.causes
    assert note_id.startswith("note_")
    assert note.data.company_id == COMPANY_ID
    assert note.data.url == f"{PAGE}/companies/{COMPANY_ID}/attention"
    assert cause.url == f"{PAGE}/companies/{COMPANY_ID}/shipments?status=REJECTED&code=customer_not_found&value=ALOK"
    assert cause.message == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
    assert (cause.who, cause.where, cause.how) == (
        "shipping or accounting",
        ("shipping", "xero"),
        "Add the account number in Xero.",
    )


async def test_what_was_told_is_not_told_again_while_it_stands() -> None:
    telling = Telling()
    telling.reject("A")
    assert await telling.later() == [[("ALOK", 1)]]
    telling.reject("B")
    assert await telling.later(hours=1) == []
    telling.reject("C", "OTHER")
    assert await telling.later() == [[("OTHER", 1)]]


async def test_two_notes_to_a_company_are_a_quarter_of_an_hour_apart() -> None:
    telling = Telling()
    telling.reject("A")
    assert await telling.later() == [[("ALOK", 1)]]
    telling.reject("B", "OTHER")
    telling.reject("C", "THIRD")
    assert await telling.later(minutes=14) == []
    assert await telling.later(minutes=2) == [[("OTHER", 1), ("THIRD", 1)]]


async def test_one_company_does_not_make_another_wait() -> None:
    telling = Telling()
    telling.companies.append("northern-lamb")
    telling.reject("A")
    assert await telling.later() == [[("ALOK", 1)]]
    telling.reject("B", company="northern-lamb")
    assert await telling.later(minutes=1) == [[("ALOK", 1)]]
    assert [note.data.company_id for _, note in telling.listener.heard] == [COMPANY_ID, "northern-lamb"]


async def test_a_cause_that_was_removed_and_comes_back_is_new() -> None:
    telling = Telling()
    telling.reject("A")
    assert await telling.later() == [[("ALOK", 1)]]
    telling.process("A")
    assert await telling.later(hours=1) == []
    telling.reject("B", request="3")
    assert await telling.later() == [[("ALOK", 1)]]
    assert len({note_id for note_id, _ in telling.listener.heard}) == 2


async def test_what_time_removes_is_told_to_nobody() -> None:
    telling = Telling()
    telling.fold(waiting("out_of_quota"))
    assert await telling.later() == []
    telling.fold(waiting("disconnected", request="2", for_=("organisation-1",)))
    assert await telling.later() == [[("organisation-1", 1)]]


async def test_nothing_is_told_where_nothing_waits_or_nobody_listens() -> None:
    telling = Telling()
    telling.companies.append("unreached")
    telling.fold(make_outcome(Status.PROCESSED))
    telling.reject("B", company="unreached")
    assert await telling.later() == []
    assert telling.memory.kept == []


async def test_of_very_many_new_causes_the_most_frequent_are_named_and_all_are_told() -> None:
    telling = Telling()
    for number in range(MOST_CAUSES + 5):
        telling.reject(f"S{number}", f"C{number:03}")
    telling.reject("ONE-MORE", "C024")
    ((first, *others),) = await telling.later()
    assert (first, len(others)) == (("C024", 2), MOST_CAUSES - 1)
    assert telling.listener.heard[0][1].data.more_causes == 5
    assert await telling.later(hours=1) == []


async def test_without_an_address_of_the_pages_there_are_no_links() -> None:
    telling = Telling(page_url="")
    telling.reject("A")
    await telling.later()
    note = telling.listener.heard[0][1]
    assert (note.data.url, note.data.causes[0].url) == (None, None)
