"""Every request that the simulator saw, held against Xero's own OpenAPI description."""

import re

from deploy.simulator.state.request_log import Entry, RequestLog
from tests.simulator import openapi

PREFIX = "/api.xro/2.0/"
_ID = re.compile(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGITS = re.compile(rb"[0-9]+")


class RequestCheck:
    """Remembers the requests it has seen, without their ids and digits, so that each form is examined once a run."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def problems(self, request_log: RequestLog) -> list[str]:
        """What is wrong with the requests, in words. Nothing is examined where the description is absent."""
        entries = [each for each in request_log.entries if each.request.path.startswith(PREFIX)]
        return [problem for each in entries if self._is_new(each) for problem in _problems(each)]

    def _is_new(self, entry: Entry) -> bool:
        request = entry.request
        text = f"{request.method} {request.path}?{request.query_string}\n".encode() + request.body
        form = _DIGITS.sub(b"0", _ID.sub(b"id", text))
        known = form in self._seen
        self._seen.add(form)
        return not known


def _problems(entry: Entry) -> list[str]:
    request = entry.request
    path = f"{request.path.removeprefix(PREFIX)}?{request.query_string}"
    found = openapi.validate_url(request.method, path, request.headers, request.body)
    return [f"{request.method} {path}: {each}" for each in found]
