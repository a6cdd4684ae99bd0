"""Pause and resume over HTTP, and the list of companies."""

from typing import Any

import pytest

from tests.builders import COMPANY_ID, ORGANISATION
from tests.fakes.pauses import SaidPauses
from tests.unit.streams.web.conftest import API, OTHER_COMPANY, Client

COMPANIES = "/api/v1/companies"


async def said(client: Client, call: str, **body: Any) -> tuple[int, dict[str, Any]]:
    answer = await client.post(f"{API}/{call}", json=body)
    return answer.status, await answer.json()


async def listed(client: Client) -> dict[str, dict[str, Any]]:
    answer = await client.get(COMPANIES)
    assert answer.status == 200
    return {each["company_id"]: each for each in (await answer.json())["companies"]}


async def test_a_pause_is_said_and_listed_with_who_when_and_why(client: Client, pauses: SaidPauses) -> None:
    status, body = await said(client, "pause", reason=" month end ", by="anna")
    assert status == 200
    assert body == {
        "company_id": COMPANY_ID,
        "organisation": ORGANISATION,
        "paused": True,
        "by": "anna",
        "at": "2026-11-30T06:00:00.000Z",
        "reason": "month end",
    }
    assert pauses.said[COMPANY_ID].paused
    companies = await listed(client)
    assert companies[COMPANY_ID] == body
    assert companies[OTHER_COMPANY]["paused"] is False
    assert companies[OTHER_COMPANY]["by"] is None


async def test_resume_needs_no_body_and_tells_what_the_api_knows_of_its_caller(
    client: Client, pauses: SaidPauses
) -> None:
    await said(client, "pause", reason="month end")
    assert pauses.said[COMPANY_ID].by == "the API's token"
    answer = await client.post(f"{API}/resume")
    body = await answer.json()
    assert (answer.status, body["paused"], body["by"], body["reason"]) == (200, False, "the API's token", "")
    assert not pauses.said[COMPANY_ID].paused
    assert (await listed(client))[COMPANY_ID]["paused"] is False


@pytest.mark.parametrize("call", ["pause", "resume"])
async def test_an_unknown_company_is_an_error_with_words(client: Client, pauses: SaidPauses, call: str) -> None:
    answer = await client.post(f"{COMPANIES}/nobody/{call}", json={"reason": "month end"})
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (404, "unknown_company")
    assert "'nobody'" in problem["message"]
    assert pauses.said == {}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "parameter_invalid"),
        (b'{"reason": "  "}', 422, "parameter_invalid"),
        (b'{"reason": 7}', 422, "parameter_invalid"),
        (b'{"reason": "%s"}' % (b"x" * 501), 422, "parameter_invalid"),
        (b'{"reason": "month end", "by": null}', 422, "parameter_invalid"),
        (b'{"reason": "month end", "until": "Friday"}', 422, "unknown_field"),
        (b"[]", 422, "parameter_invalid"),
        (b"month end", 400, "body_not_json"),
        (b" " * 9000, 413, "body_too_large"),
    ],
)
async def test_a_pause_without_a_reason_that_can_be_read_is_refused(
    client: Client, pauses: SaidPauses, body: bytes, status: int, code: str
) -> None:
    answer = await client.post(f"{API}/pause", data=body)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
    assert pauses.said == {}


async def test_what_kafka_did_not_take_is_no_pause(client: Client, pauses: SaidPauses) -> None:
    pauses.away = True
    status, problem = await said(client, "pause", reason="month end")
    assert (status, problem["code"]) == (503, "kafka_unavailable")


async def test_what_is_not_known_is_not_listed_as_going_on(client: Client, pauses: SaidPauses) -> None:
    pauses.is_known = False
    answer = await client.get(COMPANIES)
    problem = await answer.json()
    assert (answer.status, problem["code"]) == (503, "kafka_unavailable")
    assert "not been read yet" in problem["message"]
