"""Pause and Resume from Connections: for operators, asked first, with who and why."""

import pytest

from tests.fakes.pauses import SaidPauses
from tests.unit.streams.web.conftest import OTHER_COMPANY, Client
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of


async def test_an_operator_is_asked_pauses_with_a_reason_and_resumes(browser: Client, pauses: SaidPauses) -> None:
    browser = await signed_in(browser, TOKENS["Olaf"])
    page = await browser.get("/connections")
    assert f'href="{PAGES}/pause"' in await page.text()
    assert "Pause southern-beef?" in await text_of(await browser.get(f"{PAGES}/pause"))
    assert pauses.said == {}

    answer = await browser.post(f"{PAGES}/pause", data={"reason": " month end "}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/connections")
    said = pauses.said["southern-beef"]
    assert (said.paused, said.by, said.reason) == (True, "Olaf", "month end")
    text = await text_of(await browser.get("/connections"))
    assert "Paused by Olaf" in text
    assert "month end" in text
    question = await text_of(await browser.get(f"{PAGES}/pause"))
    assert "Resume southern-beef?" in question
    assert "month end" in question

    answer = await browser.post(f"{PAGES}/resume", allow_redirects=False)
    assert answer.status == 303
    assert not pauses.said["southern-beef"].paused


@pytest.mark.parametrize("reason", ["", "  "])
async def test_a_pause_without_a_reason_is_asked_again(browser: Client, pauses: SaidPauses, reason: str) -> None:
    browser = await signed_in(browser, TOKENS["Olaf"])
    answer = await browser.post(f"{PAGES}/pause", data={"reason": reason})
    assert answer.status == 422
    assert "Say why" in await text_of(answer)
    assert pauses.said == {}


@pytest.mark.parametrize("call", ["pause", "resume"])
@pytest.mark.parametrize(
    ("name", "company", "status"), [("Vera", "southern-beef", 403), ("Sandra", OTHER_COMPANY, 404)]
)
async def test_it_is_for_operators_of_the_company(
    browser: Client, pauses: SaidPauses, name: str, company: str, status: int, call: str
) -> None:
    browser = await signed_in(browser, TOKENS[name])
    answer = await browser.post(f"/companies/{company}/{call}", data={"reason": "month end"}, allow_redirects=False)
    assert answer.status == status
    assert pauses.said == {}
    assert "/pause" not in await (await browser.get("/connections")).text()


async def test_a_form_from_elsewhere_pauses_nothing(browser: Client, pauses: SaidPauses) -> None:
    browser = await signed_in(browser, TOKENS["Olaf"])
    answer = await browser.post(
        f"{PAGES}/pause", data={"reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"}, allow_redirects=False
    )
    assert answer.status == 403
    assert pauses.said == {}


async def test_without_kafka_it_says_so(browser: Client, pauses: SaidPauses) -> None:
    browser = await signed_in(browser, TOKENS["Olaf"])
    pauses.away = True
    answer = await browser.post(f"{PAGES}/pause", data={"reason": "month end"})
    assert answer.status == 503
    assert "may arrive yet" in await text_of(answer)
    pauses.is_known = False
    assert (await browser.get(f"{PAGES}/pause")).status == 503
