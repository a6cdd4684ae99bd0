"""The shipment's page and the API say how its files stand, and who does what about those that are not there."""

from mappers.existing.attachments import not_allowed
from mappers.model.attachments import AttachmentStatus, ReportedAttachment
from streams.projection.store import ProjectionStore
from tests.builders import SHIPMENT_ID
from tests.outcome_builders import make_attachments, make_outcome, make_snapshot
from tests.unit.streams.web.conftest import API, Client
from tests.unit.streams.web.pages.conftest import PAGES, signed_in, text_of

THERE = ReportedAttachment(name="A b.pdf", status=AttachmentStatus.ATTACHED, file_name="A-b.pdf", sha256="0", size=7)
LEFT = ReportedAttachment(
    name="<b>.pdf",
    status=AttachmentStatus.LEFT,
    problem=not_allowed("<b>.pdf", "https://docs.example/b.pdf", "is not named"),
)


def fill(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(THERE, LEFT))], [make_snapshot()], {})


async def test_the_page_says_which_are_on_the_document_and_who_does_what_of_others(
    browser: Client, store: ProjectionStore
) -> None:
    fill(store)
    answer = await (await signed_in(browser)).get(f"{PAGES}/shipments/{SHIPMENT_ID}")
    assert answer.status == 200
    text = " ".join((await text_of(answer)).split())
    assert "A b.pdf: On the document, as A-b.pdf" in text
    assert "<b>.pdf: Not on the document" in text
    assert "attachment_not_allowed" in text
    assert "Whoever keeps the profile Name the place in attachments_from" in text


async def test_the_page_says_where_the_shipment_was_sent_since(browser: Client, store: ProjectionStore) -> None:
    fill(store)
    browser = await signed_in(browser)
    told = "It was sent since, and nothing was told of its files after that."
    assert told not in await text_of(await browser.get(f"{PAGES}/shipments/{SHIPMENT_ID}"))
    store.apply([(2, make_outcome(request="2", after=120))], [], {})
    assert told in await text_of(await browser.get(f"{PAGES}/shipments/{SHIPMENT_ID}"))
    store.apply([(3, make_attachments(THERE, after=180))], [], {})
    assert told not in await text_of(await browser.get(f"{PAGES}/shipments/{SHIPMENT_ID}"))


async def test_a_page_without_files_says_nothing_of_them(browser: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome())], [make_snapshot()], {})
    answer = await (await signed_in(browser)).get(f"{PAGES}/shipments/{SHIPMENT_ID}")
    assert "Attachments" not in await text_of(answer)


async def test_the_api_says_the_same_in_the_log_and_among_several(client: Client, store: ProjectionStore) -> None:
    fill(store)
    log = await (await client.get(f"{API}/shipments/{SHIPMENT_ID}/integration-log")).json()
    several = await (await client.get(f"{API}/accounting-logs?shipment={SHIPMENT_ID}")).json()
    for found in (log, several["shipments"][0]):
        there, left = found["attachments"]
        assert there == {"name": "A b.pdf", "status": "attached", "file_name": "A-b.pdf", "sha256": "0", "size": 7}
        assert left["problem"]["code"] == "attachment_not_allowed"
