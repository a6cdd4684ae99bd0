"""A client of the worker's HTTP API (contract 6.4), for commands that ask a running worker."""

import http.client
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, quote, urlencode

import typer

from config.addresses import address_of
from config.settings import Settings
from streams.api_token import why_not_a_token
from streams.cli.errors import CommandFailedError, RefusedError, UnreachableError
from streams.cli.terminal import say

UrlOption = Annotated[str | None, typer.Option("--url", help="The worker's address; else from SHIPLEDGER_HTTP__….")]
TokenOption = Annotated[
    str | None,
    typer.Option("--token", hidden=True, help="Its bearer token, which everybody on this machine sees in `ps`."),
]
TokenFileOption = Annotated[
    Path | None,
    typer.Option("--token-file", help="A file with its bearer token; else SHIPLEDGER_HTTP__TOKEN, or …_TOKEN_FILE."),
]
_SEEN = (
    "What --token says can be seen by everybody on this machine, in the list of processes; --token-file FILE or the "
    "variable SHIPLEDGER_HTTP__TOKEN keeps it out of there."
)
_SECONDS = 30.0
# The worker is busy, or was: the same may go through later.
_LATER = frozenset({http.client.REQUEST_TIMEOUT, http.client.TOO_MANY_REQUESTS})
_REFUSED_WITH_LISTS = 422
_MOST_A_PAGE = 100


class Api:
    """Calls of the API of the worker at `url`. Every method raises CommandFailedError with the worker's own words."""

    def __init__(self, url: str, token: str) -> None:
        self._url = parts_of(url)
        self._token = token

    def logs(self, company: str, shipments: Sequence[str]) -> list[dict[str, Any]]:
        """The integration logs of the shipments, in their order."""
        query = urlencode([("shipment", shipment) for shipment in shipments])
        answer = self._call("GET", f"/companies/{quote(company, safe='')}/accounting-logs?{query}")
        logs: list[dict[str, Any]] = answer["shipments"]
        return logs

    def attention(self, company: str, limit: int, cause: Mapping[str, str]) -> dict[str, Any]:
        """Up to `limit` causes, or shipments where `cause` names one; a page after the other is asked for.

        The answer is as of one page; its `next_cursor` says whether there is more.
        """
        found: dict[str, Any] = {}
        while True:
            query = {"limit": min(limit - _how_many(found, cause), _MOST_A_PAGE), **cause}
            query |= {"cursor": found["next_cursor"]} if found else {}
            page = self._call("GET", f"/companies/{quote(company, safe='')}/attention?{urlencode(query)}")
            found = _joined(found, page, cause)
            if not page["next_cursor"] or _how_many(found, cause) >= limit:
                return found

    def send(self, company: str, shipments: Sequence[str]) -> dict[str, Any]:
        """Ask for Sync Now: `{"accepted": […], "refused": […]}`."""
        path = f"/companies/{quote(company, safe='')}/send-to-accounting"
        return self._call("POST", path, {"shipments": list(shipments)})

    def companies(self) -> list[dict[str, Any]]:
        """The companies of the profile, and whether they are paused."""
        found: list[dict[str, Any]] = self._call("GET", "/companies")["companies"]
        return found

    def pause(self, company: str, *, by: str, reason: str) -> dict[str, Any]:
        """Have the company's requests wait; returns its state."""
        return self._call("POST", f"/companies/{quote(company, safe='')}/pause", {"by": by, "reason": reason})

    def resume(self, company: str, *, by: str, reason: str) -> dict[str, Any]:
        """Let them go on; returns its state."""
        return self._call("POST", f"/companies/{quote(company, safe='')}/resume", {"by": by, "reason": reason})

    def explain(self, company: str, shipment: str) -> dict[str, Any]:
        """The document that the shipment would become, or every problem."""
        return self._call("POST", f"/companies/{quote(company, safe='')}/shipments/{quote(shipment, safe='')}/explain")

    def _call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        try:
            status, content = self._exchange(method, f"/api/v1{path}", body)
        except OSError as failure:
            raise UnreachableError(f"No worker answers at {self._url.geturl()}: {failure}") from failure
        except http.client.HTTPException as failure:
            raise UnreachableError(f"What answers at {self._url.geturl()} is not a worker: {failure!r}") from failure
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if isinstance(answer, dict) and (status < http.client.BAD_REQUEST or _holds_lists(status, answer)):
            return answer
        is_refused = status // 100 == _REFUSED_WITH_LISTS // 100 and status not in _LATER
        failed = RefusedError if is_refused else CommandFailedError
        raise failed(f"{self._url.geturl()} answered {status}: {_words(answer, content)}")

    def _exchange(self, method: str, path: str, body: object) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        content = None if body is None else json.dumps(body)
        return exchange(self._url, method, path, content, headers, seconds=_SECONDS)


def parts_of(url: str) -> SplitResult:
    """The parts of a worker's address. Raises CommandFailedError for one that is none."""
    try:
        return address_of(url)
    except ValueError as failure:
        raise CommandFailedError(f"The address of the worker: {failure}.") from failure


def exchange(
    url: SplitResult,
    method: str,
    path: str,
    content: str | None = None,
    headers: Mapping[str, str] | None = None,
    *,
    seconds: float,
) -> tuple[int, bytes]:
    """One call: the answer's status and content. Raises OSError, and HTTPException for what is no HTTP."""
    make = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = make(url.hostname or "", url.port, timeout=seconds)
    try:
        connection.request(method, path, content, headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def connect(
    url: str | None, token: str | None, token_file: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Api:
    """The API at `url` with `token`, or with that of the file; what is not given comes from the settings.

    Raises ConfigurationError, and CommandFailedError for a file that holds no token.
    """
    if token is not None and token_file is not None:
        raise typer.BadParameter("Give --token or --token-file, not both.")
    if token is not None:
        say(_SEEN, err=True)
    token = token if token_file is None else _token_in(token_file)
    if url is not None and token is not None:
        return Api(url, token)
    settings = Settings.load_http(environ)
    return Api(url or settings.url, token or settings.token.get_secret_value())


def _token_in(file: Path) -> str:
    try:
        token = file.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeError) as failure:
        raise CommandFailedError(f"The token's file {file} cannot be read: {failure}.") from failure
    if why := why_not_a_token(token):
        raise CommandFailedError(f"What is in the token's file {file} is not a token: it {why}.")
    return token


def _how_many(found: Mapping[str, Any], cause: Mapping[str, str]) -> int:
    """Causes, or the shipments of the one that was asked for."""
    causes = found.get("causes", [])
    return sum(len(each["shipments"]) for each in causes) if cause else len(causes)


def _joined(found: dict[str, Any], page: dict[str, Any], cause: Mapping[str, str]) -> dict[str, Any]:
    """Both pages as one."""
    if cause and found.get("causes") and page["causes"]:
        (first,), (more,) = found["causes"], page["causes"]
        return page | {"causes": [first | {"shipments": first["shipments"] + more["shipments"]}]}
    return page | {"causes": found.get("causes", []) + page["causes"]}


def _holds_lists(status: int, answer: Mapping[str, Any]) -> bool:
    # Contract 6.4: where nothing was accepted, the refusal carries the same lists as an acceptance.
    return status == _REFUSED_WITH_LISTS and "refused" in answer


def _words(answer: Any, content: bytes) -> str:
    if isinstance(answer, dict) and answer.get("message"):
        return " ".join(str(answer[name]) for name in ("message", "hint") if answer.get(name))
    return json.dumps(answer, ensure_ascii=False) if answer else content.decode(errors="replace")[:500]
