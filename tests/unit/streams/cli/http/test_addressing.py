"""How commands that ask a worker are told where it is and what opens it; and what Sync Now gives as rows."""

import json

import pytest
from typer.testing import CliRunner

from streams.cli.errors import CommandFailedError
from streams.cli.main import build
from tests.unit.streams.cli.http.test_api import TOKEN, Worker, run
from tests.unit.streams.cli.http.test_api import worker as worker  # noqa: PLC0414  # A fixture.


def test_a_token_that_others_can_see_is_said_to_be_one(worker: Worker) -> None:
    """It goes on, because scripts have it; the option is no longer in the help."""
    worker.answer = {"document": {}}
    result = run(worker, "explain", "a", "b")
    assert (result.exit_code, "--token-file" in result.stderr, TOKEN in result.output) == (0, True, False)
    shown = CliRunner(env={"COLUMNS": "200"}).invoke(build(), ["explain", "--help"]).output
    assert "--token-file" in shown
    assert "--token " not in shown


def test_the_token_of_the_environment_is_in_no_warning(worker: Worker) -> None:
    worker.answer = {"document": {}}
    asked = ["explain", "a", "b", "--url", worker.url]
    result = CliRunner(env={"SHIPLEDGER_HTTP__TOKEN": TOKEN}).invoke(build(), asked)
    assert (result.exit_code, result.stderr, worker.asked[0][3]) == (0, "", f"Bearer {TOKEN}")


@pytest.mark.parametrize(
    "url", ["worker", "http://", "http://host:port", "ftp://host", "http://user:x@host", "http://a b"]
)
@pytest.mark.parametrize("command", ["log", "attention", "explain", "send-to-accounting"])
def test_a_bad_address_is_said_to_be_one(command: str, url: str) -> None:
    result = run(Worker(url=url), command, "a", *(["b"] if command != "attention" else []))
    assert isinstance(result.exception, CommandFailedError)
    assert str(result.exception).startswith("The address of the worker: ")


SENT = {
    "accepted": [{"shipment": "A", "request_id": "r-1"}],
    "refused": [{"shipment": "B", "code": "unknown_shipment", "message": "No such shipment."}],
}


def test_send_to_accounting_gives_rows_too(worker: Worker) -> None:
    worker.status, worker.answer = 202, SENT
    result = run(worker, "send-to-accounting", "a", "A", "B", "--output", "json")
    assert result.exit_code == 65
    assert json.loads(result.stdout) == [
        {"shipment": "A", "answer": "accepted", "request_id": "r-1", "code": None, "message": None},
        {
            "shipment": "B",
            "answer": "refused",
            "request_id": None,
            "code": "unknown_shipment",
            "message": "No such shipment.",
        },
    ]
