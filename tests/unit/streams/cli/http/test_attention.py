"""`shipledger attention`: pages become one list, in every form."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any

import pytest

from tests.unit.streams.cli.http.test_api import Worker, run
from tests.unit.streams.cli.http.test_api import worker as worker  # noqa: PLC0414  # A fixture.


def affected(number: int) -> dict[str, Any]:
    return {"shipment_id": f"S-{number}", "since": "2026-11-20", "value": None, "message": "m", "resume_at": None}


def cause(code: str, *shipments: int, count: int | None = None) -> dict[str, Any]:
    listed = [affected(each) for each in shipments]
    named = {"status": "REJECTED", "code": code, "field": "buyer_code", "value": "ALOK", "message": "m", "hint": "h"}
    return {**named, "count": count or len(listed), "shipments": listed}


def page(causes: Sequence[dict[str, Any]], cursor: str | None = None) -> dict[str, Any]:
    return {"company_id": "a", "causes": causes, "total_causes": 3, "next_cursor": cursor}


def test_each_cause_says_how_many_why_and_whose(worker: Worker) -> None:
    worker.answer = page([cause("customer_not_found", 1, 2, count=7)], "more")
    said = run(worker, "attention", "a", "--limit", "1").stdout
    assert said.splitlines()[:3] == [
        "7 shipments: customer not in Xero (REJECTED customer_not_found buyer_code ALOK)",
        "    m",
        "    h",
    ]
    assert "S-1, S-2 and 5 more" in said
    assert "There is more (3 in all)" in said


def test_nothing_is_said_to_be_nothing(worker: Worker) -> None:
    worker.answer = page([])
    assert "Nothing needs a person." in run(worker, "attention", "a").output


def test_pages_are_followed_until_there_are_enough(worker: Worker) -> None:
    worker.answers = [page([cause("one", 1)], "c1"), page([cause("two", 2)], "c2")]
    worker.answer = page([cause("never", 3)])
    shown = json.loads(run(worker, "attention", "a", "--limit", "2", "--output", "json").stdout)
    assert [each["code"] for each in shown] == ["one", "two"]
    assert [path.partition("?")[2] for _, path, _, _ in worker.asked] == ["limit=2", "limit=1&cursor=c1"]


def test_the_shipments_of_one_cause_are_counted_over_its_pages(worker: Worker) -> None:
    worker.answers = [page([cause("one", 1, 2, count=4)], "c1")]
    worker.answer = page([cause("one", 3, count=4)], "c2")
    asked = ("attention", "a", "--limit", "3", "--status", "REJECTED", "--code", "one", "--output", "csv")
    rows = list(csv.DictReader(StringIO(run(worker, *asked).stdout)))
    assert [each["shipment"] for each in rows] == ["S-1", "S-2", "S-3"]
    assert {each["count"] for each in rows} == {"4"}
    assert [path.partition("?")[2] for _, path, _, _ in worker.asked] == [
        "limit=3&status=REJECTED&code=one",
        "limit=1&status=REJECTED&code=one&cursor=c1",
    ]


def test_a_page_without_shipments_ends_the_list(worker: Worker) -> None:
    worker.answers = [page([], "c1")]
    worker.answer = page([cause("one", 1)])
    assert "one" in run(worker, "attention", "a", "--status", "REJECTED", "--code", "one").output


@pytest.mark.parametrize(("status", "code"), [(404, 65), (422, 65), (503, 1)])
def test_a_refusal_and_a_failure_end_differently(worker: Worker, status: int, code: int) -> None:
    worker.status, worker.answer = status, {"code": "x"}
    result = run(worker, "attention", "a")
    assert getattr(result.exception, "exit_code", None) == code
