"""Send to Accounting: asked first, by whom, once, and a line for each shipment that becomes final."""

import pytest

from mappers.model import Code, Problem
from mappers.model.outcome import Status
from streams.projection.store import ProjectionStore
from tests.outcome_builders import make_outcome, make_snapshot, rejected
from tests.unit.streams.web.conftest import TOKEN, Client, Requests
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of

SEND = f"{PAGES}/send"
FORM = "00000000-0000-0000-0000-000000000007"


@pytest.fixture(autouse=True)
def shipments(store: ProjectionStore) -> None:
    """A and B were never sent, P is in Xero, `early` is not in the trigger status."""
    store.apply(
        [(1, make_outcome(shipment_id="P"))],
        [make_snapshot(shipment_id=each) for each in [*"ABCDEFGHIJKL", "P"]]
        + [make_snapshot(shipment_id="early", status="DOCS ISSUED")],
        {},
    )


async def test_what_is_chosen_is_confirmed_first(browser: Client, requests: Requests) -> None:
    answer = await (await signed_in(browser, TOKENS["Sandra"])).get(f"{SEND}?shipment=A&shipment=P&shipment=early")
    text = await text_of(answer)
    assert "2 of 3 can be sent to Xero" in text
    assert "Send again" in text
    assert "Not possible. A shipment in status 'DOCS ISSUED'" in text
    assert requests.published == []


async def test_who_pressed_send_goes_with_the_request(browser: Client, requests: Requests) -> None:
    browser = await signed_in(browser, TOKENS["Sandra"])
    answer = await browser.post(SEND, data={"form": FORM, "shipment": "A"}, allow_redirects=False)
    assert answer.status == 303
    (request,) = requests.published
    assert (request.shipment_id, request.requested_by, request.event_id) == ("A", "Sandra", FORM)
    assert answer.headers["Location"] == f"{PAGES}/sent?shipment=A&asked={request.request_id}"


async def test_the_shared_token_is_nobody_in_particular(browser: Client, requests: Requests) -> None:
    await (await signed_in(browser, TOKEN)).post(SEND, data={"form": FORM, "shipment": "A"}, allow_redirects=False)
    assert requests.published[0].requested_by is None


async def test_pressing_the_button_twice_asks_once(browser: Client, requests: Requests) -> None:
    browser = await signed_in(browser)
    for _ in range(2):
        await browser.post(SEND, data={"form": FORM, "shipment": "A"}, allow_redirects=False)
    assert len({each.request_id for each in requests.published}) == 1
    await browser.post(SEND, data={"form": FORM[:-1] + "8", "shipment": "A"}, allow_redirects=False)
    assert len({each.request_id for each in requests.published}) == 2


async def test_one_that_is_processed_asks_first(browser: Client, requests: Requests) -> None:
    browser = await signed_in(browser)
    answer = await browser.post(
        SEND, data=[("form", FORM), ("shipment", "P"), ("shipment", "A")], allow_redirects=False
    )
    assert answer.headers["Location"] == f"{SEND}?shipment=P&shipment=A"
    assert requests.published == []
    await browser.post(SEND, data=[("form", FORM), ("again", "P"), ("shipment", "A")], allow_redirects=False)
    assert {each.shipment_id for each in requests.published} == {"A", "P"}


async def test_eleven_are_too_many(browser: Client, requests: Requests) -> None:
    browser = await signed_in(browser)
    answer = await browser.post(SEND, data=[("form", FORM), *(("shipment", each) for each in "ABCDEFGHIJK")])
    assert answer.status == 422
    assert "11 shipments were chosen; at most 10 can be sent at once." in await text_of(answer)
    assert requests.published == []


async def test_a_viewer_may_not_send(browser: Client, requests: Requests) -> None:
    browser = await signed_in(browser, TOKENS["Vera"])
    answer = await browser.post(SEND, data={"form": FORM, "shipment": "A"}, allow_redirects=False)
    assert answer.status == 403
    assert "Not allowed" in await text_of(answer)
    assert requests.published == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_form_of_another_site_sends_nothing(browser: Client, requests: Requests, site: str) -> None:
    browser = await signed_in(browser)
    answer = await browser.post(SEND, data={"form": FORM, "shipment": "A"}, headers={"Sec-Fetch-Site": site})
    assert answer.status == 403
    assert requests.published == []


async def test_each_line_becomes_final_by_itself(browser: Client, requests: Requests, store: ProjectionStore) -> None:
    browser = await signed_in(browser)
    answer = await browser.post(SEND, data=[("form", FORM), ("shipment", "A"), ("shipment", "B")])
    page = await answer.text()
    assert '<meta http-equiv="refresh"' in page
    assert "0 of 2 have their answer" in await text_of(answer)
    first, second = requests.published
    taxed = Problem(code=Code.TAX_CHARGED, message="Xero charges tax.", hint="Accounting: look at it.")
    done = make_outcome(shipment_id="A", warnings=(taxed,)).model_copy(update={"request_id": first.request_id})
    wrong = rejected(shipment_id="B").model_copy(update={"request_id": second.request_id})
    store.apply([(10, done)], [], {})
    half = await text_of(await browser.get(answer.url.raw_path_qs))
    assert "1 of 2 have their answer" in half
    store.apply([(11, wrong)], [], {})
    whole = await browser.get(answer.url.raw_path_qs)
    assert '<meta http-equiv="refresh"' not in await whole.text()
    text = await text_of(whole)
    assert "Every shipment has its answer. A Processed" in text
    # What Xero took with a warning is not passed over in silence.
    assert "Xero charges tax. Accounting Look at it." in text
    assert wrong.status is Status.REJECTED


async def test_what_kafka_did_not_take_is_said(browser: Client, requests: Requests) -> None:
    requests.away = {"B"}
    browser = await signed_in(browser)
    answer = await browser.post(SEND, data=[("form", FORM), ("shipment", "A"), ("shipment", "B")])
    assert "B Not sent Kafka did not take it in time" in await text_of(answer)


async def test_a_shipment_that_is_too_large_is_not_blamed_on_kafka(browser: Client, requests: Requests) -> None:
    requests.too_large = {"A"}
    browser = await signed_in(browser, TOKENS["Sandra"])
    text = await text_of(await browser.post(SEND, data={"shipment": "A", "form": FORM}))
    assert "It is too large to be sent." in text
    assert "Kafka" not in text
