"""The commands that ask a worker, against a real HTTP server that answers as the contract says."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.testbed.ports import free_port
from streams.cli.errors import CommandFailedError
from streams.cli.http.api import Api
from streams.cli.main import build

TOKEN = "a-token-for-tests"


@dataclass
class Worker:
    """A server that gives one answer and remembers what it was asked."""

    url: str = ""
    status: int = 200
    answer: Any = None
    asked: list[tuple[str, str, Any, str | None]] = field(default_factory=list)


@pytest.fixture
def worker() -> Iterator[Worker]:
    """The server, listening."""
    state = Worker()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            state.asked.append((self.command, self.path, body, self.headers["Authorization"]))
            content = state.answer if isinstance(state.answer, bytes) else json.dumps(state.answer).encode()
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name is the library's

        def log_message(self, *arguments: Any) -> None:
            del arguments

    with HTTPServer(("127.0.0.1", free_port()), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        server.shutdown()
        thread.join()


def run(worker: Worker, *arguments: str) -> Result:
    return CliRunner().invoke(build(), [*arguments, "--url", worker.url, "--token", TOKEN])


ENTRY = {
    "occurred_at": "2026-11-20T03:15:23Z",
    "status": "REJECTED",
    "action": None,
    "revision": 7,
    "document": None,
    "waiting": None,
    "warnings": [],
    "errors": [{"code": "customer_not_found", "message": "Customer.Name(ALOK) : not found", "hint": "Correct it."}],
}


def test_log_shows_status_and_errors_with_their_hints(worker: Worker) -> None:
    worker.answer = {
        "shipments": [{"shipment_id": "S/1", "sync_status": "REJECTED", "synced_at": "2026-11-20", "entries": [ENTRY]}]
    }
    result = run(worker, "log", "southern-beef", "S/1")
    assert result.exit_code == 0
    assert "S/1: REJECTED at 2026-11-20" in result.output
    assert "error customer_not_found: Customer.Name(ALOK) : not found Correct it." in result.output
    path = "/api/v1/companies/southern-beef/accounting-logs?shipment=S%2F1"
    assert worker.asked == [("GET", path, None, f"Bearer {TOKEN}")]


def test_log_of_a_shipment_without_entries_says_so(worker: Worker) -> None:
    empty: dict[str, Any] = {"shipment_id": "S", "sync_status": None, "synced_at": None, "entries": []}
    worker.answer = {"shipments": [empty]}
    assert "S: nothing was sent" in run(worker, "log", "a", "S").output
    assert json.loads(run(worker, "log", "a", "S", "--json").output) == [empty]


def test_send_to_accounting_names_accepted_and_refused_and_fails_for_the_latter(worker: Worker) -> None:
    worker.status = 202
    worker.answer = {
        "accepted": [{"shipment": "A", "request_id": "r-1"}],
        "refused": [{"shipment": "B", "code": "unknown_shipment", "message": "No such shipment."}],
    }
    result = run(worker, "send-to-accounting", "southern-beef", "A", "B")
    assert result.exit_code == 1
    assert "A: accepted as request r-1" in result.output
    assert "B: refused, unknown_shipment: No such shipment." in result.output
    assert worker.asked[0][2] == {"shipments": ["A", "B"]}


def test_send_to_accounting_shows_the_lists_of_a_refusal_too(worker: Worker) -> None:
    worker.status = 422
    worker.answer = {"accepted": [], "refused": [{"shipment": "B", "code": "c", "message": "m"}]}
    assert "B: refused, c: m" in run(worker, "send-to-accounting", "a", "B").output


@pytest.mark.parametrize(("status", "answer"), [(401, {"code": "unauthorised"}), (500, b"<html>no</html>"), (200, b"")])
def test_whatever_else_is_answered_is_a_failure_in_the_workers_words(worker: Worker, status: int, answer: Any) -> None:
    worker.status, worker.answer = status, answer
    with pytest.raises(CommandFailedError, match=str(status)):
        Api(worker.url, TOKEN).explain("a", "b")


def test_explain_prints_the_answer(worker: Worker) -> None:
    worker.answer = {"document": {"number": "INV-1"}}
    assert json.loads(run(worker, "explain", "a", "b").output) == worker.answer
    assert worker.asked[0][:2] == ("POST", "/api/v1/companies/a/shipments/b/explain")


def health_of(url: str, *check: str) -> Result:
    return CliRunner().invoke(build(), ["health", *check, "--url", url])


@pytest.mark.parametrize(("check", "path"), [((), "/livez"), (("--ready",), "/readyz")])
def test_health_asks_the_worker_without_a_token(worker: Worker, check: tuple[str, ...], path: str) -> None:
    worker.answer = b"ok"
    result = health_of(worker.url, *check)
    assert (result.exit_code, result.output) == (0, "ok\n")
    assert worker.asked == [("GET", path, None, None)]


def test_health_fails_with_the_workers_words_where_it_is_not_well(worker: Worker) -> None:
    worker.answer, worker.status = b"dispatch: partition 3 is stuck", 503
    result = health_of(worker.url)
    assert isinstance(result.exception, CommandFailedError)
    assert "503" in str(result.exception)
    assert "partition 3 is stuck" in result.output


def test_health_fails_where_no_worker_answers() -> None:
    result = health_of(f"http://127.0.0.1:{free_port()}")
    assert isinstance(result.exception, CommandFailedError)
    assert "No worker answers" in str(result.exception)
