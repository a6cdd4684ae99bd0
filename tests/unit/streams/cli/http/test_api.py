"""The commands that ask a worker, against a real HTTP server that answers as the contract says."""

import csv
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.testbed.ports import free_port
from streams.cli.errors import CommandFailedError, UnreachableError
from streams.cli.http.api import Api, connect
from streams.cli.main import build

TOKEN = "a-token-for-tests"


@dataclass
class Worker:
    """A server that gives its answers in turn, then always the last, and remembers what it was asked."""

    url: str = ""
    status: int = 200
    answer: Any = None
    answers: list[Any] = field(default_factory=list)
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
            answer = state.answers.pop(0) if state.answers else state.answer
            self.send_response(state.status)
            self.end_headers()
            self.wfile.write(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

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
    "trigger": "status",
    "revision": 7,
    "document": None,
    "waiting": None,
    "warnings": [],
    "errors": [{"code": "customer_not_found", "message": "Customer.Name(ALOK) : not found", "hint": "Correct it."}],
}


def test_send_to_accounting_names_accepted_and_refused_and_fails_for_the_latter(worker: Worker) -> None:
    worker.status = 202
    worker.answer = {
        "accepted": [{"shipment": "A", "request_id": "r-1"}],
        "refused": [{"shipment": "B", "code": "unknown_shipment", "message": "No such shipment."}],
    }
    result = run(worker, "send-to-accounting", "southern-beef", "A", "B")
    assert result.exit_code == 65
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


@pytest.mark.parametrize(
    ("status", "code"), [(401, 65), (404, 65), (422, 65), (408, 1), (429, 1), (500, 1), (503, 1), (200, 1)]
)
def test_what_is_refused_and_what_failed_end_differently(worker: Worker, status: int, code: int) -> None:
    worker.status, worker.answer = status, b"no json"
    with pytest.raises(CommandFailedError) as failed:
        Api(worker.url, TOKEN).explain("a", "b")
    assert failed.value.exit_code == code


@pytest.mark.parametrize("command", ["log", "explain", "send-to-accounting"])
def test_a_worker_that_does_not_answer_is_told_apart(command: str) -> None:
    nobody = Worker(url=f"http://127.0.0.1:{free_port()}")
    result = run(nobody, command, "a", "b")
    assert isinstance(result.exception, UnreachableError)
    assert result.exception.exit_code == 69


def test_whoever_answers_in_no_http_is_no_worker() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=(server,))
        thread.start()
        with pytest.raises(UnreachableError, match="is not a worker"):
            Api(f"http://127.0.0.1:{server.getsockname()[1]}", TOKEN).explain("a", "b")
        thread.join()


def answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-nothing\r\n")


@pytest.mark.parametrize("content", [TOKEN, f"{TOKEN}\n", f"{TOKEN}\r\n"])
def test_the_token_may_be_in_a_file(worker: Worker, tmp_path: Path, content: str) -> None:
    worker.answer = {"document": {}}
    (tmp_path / "token").write_bytes(content.encode())
    asked = ["explain", "a", "b", "--url", worker.url, "--token-file", str(tmp_path / "token")]
    assert CliRunner().invoke(build(), asked).exit_code == 0
    assert worker.asked[0][3] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"short", "16 is the least"), (b"\xff" * 20, "cannot be read")]
)
def test_a_file_without_a_token_is_said(tmp_path: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    with pytest.raises(CommandFailedError, match=words):
        connect("http://127.0.0.1:1", None, tmp_path / "token")


def test_a_token_and_a_file_together_are_wrong_usage(worker: Worker) -> None:
    result = run(worker, "explain", "a", "b", "--token-file", "x")
    assert (result.exit_code, worker.asked) == (2, [])


LOGGED = ENTRY | {
    "action": "created",
    "document": {"type": "invoice", "number": "=1+1", "total": "-5.00", "currency": "USD"},
    "waiting": {"reason": "out_of_quota"},
}
LOGS = [
    {"shipment_id": "S,1", "sync_status": "REJECTED", "synced_at": "2026-11-20", "entries": [LOGGED, ENTRY]},
    {"shipment_id": "S\n2", "sync_status": None, "synced_at": None, "entries": []},
]


def test_log_as_csv_is_a_row_for_each_entry_and_no_formula(worker: Worker) -> None:
    worker.answer = {"shipments": LOGS}
    read = list(csv.DictReader(StringIO(run(worker, "log", "a", "S", "--output", "csv").stdout)))
    assert [each["shipment"] for each in read] == ["S,1", "S,1", "S\\u000a2"]
    first = [read[0][name] for name in ("status", "action", "number", "total", "waits_for", "codes")]
    assert first == ["REJECTED", "created", "'=1+1", "-5.00", "out_of_quota", "customer_not_found"]
    assert set(read[2].values()) == {"S\\u000a2", ""}


def test_log_as_a_table_has_the_same_cells(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    worker.answer = {"shipments": LOGS}
    printed = run(worker, "log", "a", "S", "--output", "table").output
    assert all(each in printed for each in ("waits_for", "S,1", "=1+1", "-5.00", "customer_not_found"))


def test_log_as_json_is_what_the_worker_says(worker: Worker) -> None:
    worker.answer = {"shipments": LOGS}
    assert json.loads(run(worker, "log", "a", "S", "--output", "json").stdout) == LOGS


def test_explain_prints_the_answer(worker: Worker) -> None:
    worker.answer = {"document": {"number": "INV-1"}}
    assert json.loads(run(worker, "explain", "a", "b").stdout) == worker.answer
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


def test_health_of_a_bad_address_says_so() -> None:
    result = health_of("http://127.0.0.1:port")
    assert isinstance(result.exception, CommandFailedError)
    assert "The address of the worker" in str(result.exception)


def test_health_fails_where_no_worker_answers() -> None:
    result = health_of(f"http://127.0.0.1:{free_port()}")
    assert isinstance(result.exception, CommandFailedError)
    assert result.exception.exit_code == 1
    assert "No worker answers" in str(result.exception)
