"""Master data that Xero lost after it was cached: the refusal is in the guide's words, and releases itself."""

import orjson
import pytest

from mappers.model.company import DocumentType
from mappers.model.master_data import MasterList
from tests.builders import ORGANISATION
from tests.fakes.references import contact, item, reference_data
from tests.unit.streams.dispatch.harness import Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import ElementReply, Grant, Operation

ARCHIVED = (
    "The contact with the specified contact details has been archived. The contact must be un-archived before creating "
    "new invoices or credit notes."
)
NO_ITEM = "Item code 'BEEF-01' is not valid"
ALOK, BEEF = contact("ALOK"), item("BEEF-01")


class Refusing(IntentCheckingAccounting):
    """Books that refuse every element with `words`, as long as there are any."""

    words: str = ""
    sent_count: int = 0

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        self.sent_count += 1
        replies = await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )
        if not self.words:
            return replies
        for each in replies:
            assert each.document is not None
            self.remove(ORGANISATION, each.document.xero_id)
        return tuple(ElementReply(each.number, None, errors=(self.words,)) for each in replies)


def harness_of(words: str) -> tuple[Harness, Refusing]:
    harness = Harness()
    books = Refusing(harness.topic, harness.clock)
    books.words = words
    harness.accounting = books
    return harness, books


@pytest.mark.parametrize(
    ("words", "now", "code", "message", "lists"),
    [
        (
            ARCHIVED,
            reference_data(contacts=[contact("ALOK", archived=True)], items=[BEEF]),
            "customer_archived",
            "Customer.Name(ALOK) : not found in XERO(Customer.Name).",
            {MasterList.CONTACTS},
        ),
        (
            NO_ITEM,
            reference_data(contacts=[ALOK]),
            "product_not_found",
            "ProductLines.ProductCode(BEEF-01) : not found in XERO(Lines.Item.Number).",
            {MasterList.ITEMS},
        ),
    ],
)
async def test_what_vanished_is_refused_in_the_guides_words_and_sent_by_itself_once_it_is_back(
    words: str, now: object, code: str, message: str, lists: set[MasterList]
) -> None:
    harness, books = harness_of(words)
    harness.references.change_unseen(ORGANISATION, now)  # type: ignore[arg-type]  # A snapshot, from the table above.
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (refused,) = await harness.answered(1)
        assert [(each.code, each.message) for each in refused.errors] == [(code, message)]
        assert "is sent by itself" in refused.errors[0].hint
        assert harness.references.doubted == [(ORGANISATION, frozenset(lists))]
        assert books.sent_count == 1
        books.words = ""
        harness.references.put(ORGANISATION, reference_data(contacts=[ALOK], items=[BEEF]))
        partition.master_data_changed(ORGANISATION)
        outcomes = await harness.answered(2)
    assert outcomes[1].status == "PROCESSED"
    assert orjson.loads(outcomes[1].model_dump_json())["document"]["number"]


async def test_where_the_lists_say_otherwise_xeros_words_are_the_answer_after_a_few_tries() -> None:
    harness, books = harness_of(ARCHIVED)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (refused,) = await harness.answered(1)
    assert [each.message for each in refused.errors] == [ARCHIVED]
    assert "by itself" not in refused.errors[0].hint
    assert books.sent_count == 3


async def test_what_was_corrected_while_nobody_served_the_organisation_is_released() -> None:
    harness = Harness()
    harness.references.put(ORGANISATION, reference_data(items=[BEEF]))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
    harness.references.put(ORGANISATION, reference_data(contacts=[ALOK], items=[BEEF]))
    async with harness.owner():
        outcomes = await harness.answered(2)
    assert [each.status for each in outcomes] == ["REJECTED", "PROCESSED"]
