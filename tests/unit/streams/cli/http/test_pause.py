"""`shipledger pause`, `resume` and `companies` ask the worker, and say what it answers in words."""

import json

import pytest

from streams.exit_codes import ExitCode
from tests.unit.streams.cli.http.test_api import TOKEN, Worker, run, worker

__all__ = ["worker"]

STATE = {
    "company_id": "a/b",
    "organisation": "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11",
    "paused": True,
    "by": "anna",
    "at": "2026-11-30T06:00:00.000Z",
    "reason": "month end",
}


@pytest.mark.usefixtures("in_sydney")
def test_a_pause_says_who_and_why_and_is_told_in_words(worker: Worker) -> None:
    worker.answer = STATE
    result = run(worker, "pause", "a/b", "--reason", "month end", "--by", "anna")
    assert (result.exit_code, result.stdout) == (0, "a/b: paused by anna on 30 Nov 2026, 17:00 AEDT: month end\n")
    body = {"by": "anna", "reason": "month end"}
    assert worker.asked == [("POST", "/api/v1/companies/a%2Fb/pause", body, f"Bearer {TOKEN}")]


def test_a_pause_without_a_reason_is_not_even_asked_for(worker: Worker) -> None:
    assert run(worker, "pause", "a/b").exit_code == ExitCode.USAGE
    assert worker.asked == []


def test_resume_names_the_user_of_the_machine(worker: Worker) -> None:
    worker.answer = STATE | {"paused": False}
    result = run(worker, "resume", "a/b")
    assert (result.exit_code, result.stdout) == (0, "a/b: not paused\n")
    ((method, path, body, _),) = worker.asked
    assert (method, path, body["reason"]) == ("POST", "/api/v1/companies/a%2Fb/resume", "")
    assert body["by"]


def test_a_company_that_the_worker_does_not_know_is_an_error_in_its_words(worker: Worker) -> None:
    worker.status, worker.answer = 404, {"code": "unknown_company", "message": "The profile has no company 'x'."}
    result = run(worker, "pause", "x", "--reason", "month end")
    assert result.exit_code != 0
    assert "no company 'x'" in str(result.exception)


@pytest.mark.usefixtures("in_sydney")
def test_companies_are_listed_in_words_or_as_json(worker: Worker) -> None:
    worker.answer = {"companies": [STATE, STATE | {"company_id": "c\x1b[2J", "paused": False}]}
    assert run(worker, "companies").stdout.splitlines() == [
        "a/b: paused by anna on 30 Nov 2026, 17:00 AEDT: month end",
        "c\\u001b[2J: not paused",
    ]
    assert json.loads(run(worker, "companies", "--json").stdout)[0] == STATE


def test_pauses_have_the_forms_that_programs_read(worker: Worker) -> None:
    worker.answer = STATE
    assert json.loads(run(worker, "pause", "a/b", "--reason", "month end", "--output", "json").stdout) == [STATE]
    row = run(worker, "resume", "a/b", "--output", "csv").stdout.splitlines()[1]
    assert row.endswith("yes,anna,2026-11-30T06:00:00.000Z,month end")
    worker.answer = {"companies": [STATE, {"company_id": "c", "paused": False}]}
    rows = run(worker, "companies", "--output", "csv").stdout.splitlines()
    assert rows[0] == "company_id,organisation,paused,by,at,reason"
    assert [row.split(",")[2] for row in rows[1:]] == ["yes", "no"]
    assert json.loads(run(worker, "companies", "--output", "json").stdout) == worker.answer["companies"]
