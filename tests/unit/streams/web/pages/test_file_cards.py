"""A document that lacks a file is a card of the Attention page, with who does what, until the file is there."""

from datetime import timedelta

import pytest

from mappers.existing.attachments import document_unseen, not_consented, not_found
from mappers.model import Cause, Code
from mappers.model.attachments import AttachmentStatus, ReportedAttachment
from mappers.model.problem import Problem
from mappers.outbound.attachments import attachment_cause
from streams.projection.store import ProjectionStore
from streams.web.pages.views.attention import title_of
from tests.builders import OCCURRED_AT
from tests.outcome_builders import make_attachments, make_outcome, make_snapshot
from tests.unit.streams.web.conftest import API, Client
from tests.unit.streams.web.pages.conftest import PAGES, Now, signed_in, text_of

THERE = ReportedAttachment(name="a.pdf", status=AttachmentStatus.ATTACHED, file_name="a.pdf", sha256="0", size=7)
MISSING = not_found("a.pdf", "https://docs.example/a.pdf")


@pytest.fixture(autouse=True)
def soon(now: Now) -> None:
    now.seconds = (OCCURRED_AT + timedelta(hours=1)).timestamp()


def lacking(problem: Problem) -> ReportedAttachment:
    return ReportedAttachment(name="a.pdf", status=AttachmentStatus.LEFT, problem=problem)


async def attention(browser: Client) -> str:
    answer = await (await signed_in(browser)).get(f"{PAGES}/attention")
    assert answer.status == 200
    return " ".join((await text_of(answer)).split())


async def test_a_missing_file_is_a_card_until_it_is_there(browser: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(lacking(MISSING)))], [make_snapshot()], {})
    text = await attention(browser)
    assert "1 shipment lacks a file in Xero: it is not where the shipment says" in text
    assert "Since 20 Nov 2026, 03:16 UTC" in text
    assert "Whoever sends the shipments, in shipping: Put the file there (it is looked for again" in text
    assert "SHP-000123" in text
    assert "held up" not in text
    store.apply([(2, make_attachments(THERE, after=120))], [], {})
    text = await attention(browser)
    assert "lacks a file" not in text
    assert "Resolved File missing in Xero: it is not where the shipment says" in text


@pytest.mark.parametrize(
    ("problem", "who"),
    [
        (not_consented("a.pdf"), "Whoever runs Shipledger, in Connections: Consent anew"),
        (document_unseen("a.pdf", "INV-1"), "Nothing to do: Xero is asked again for about a day."),
    ],
    ids=lambda each: each.code if isinstance(each, Problem) else "",
)
async def test_the_card_names_who_does_it_once(
    browser: Client, store: ProjectionStore, problem: Problem, who: str
) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(lacking(problem)))], [make_snapshot()], {})
    assert who in await attention(browser)


@pytest.mark.parametrize("code", [each for each in Code if each.startswith("attachment")])
def test_each_code_has_words_of_its_own(code: Code) -> None:
    if code is Code.ATTACHMENT_DOCUMENT_GONE:
        return
    title = title_of(attachment_cause(code), 2)
    assert title.startswith("2 shipments lack a file in Xero: ")
    assert code.replace("_", " ") not in title


def test_a_code_of_a_later_version_is_shown_as_it_is() -> None:
    title = title_of(Cause("PROCESSED", "attachment_eaten"), 1)
    assert title == "1 shipment lacks a file in Xero: attachment eaten"


async def test_the_api_names_it_among_the_causes(client: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_attachments(lacking(MISSING)))], [make_snapshot()], {})
    (cause,) = (await (await client.get(f"{API}/attention")).json())["causes"]
    assert (cause["status"], cause["code"], cause["count"], cause["who"]) == (
        "PROCESSED",
        "attachment_not_found",
        1,
        "shipping",
    )
    found = await (await client.get(f"{API}/shipments?cause=attachment_not_found")).json()
    assert [each["shipment_id"] for each in found["shipments"]] == ["SHP-000123"]
