"""Every request and its answer, in order."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.simulator.state.request import Request
from deploy.simulator.wire import Reply, json_codec

_KEPT_HEADERS = (
    "idempotency-key",
    "if-modified-since",
    "xero-tenant-id",
    "accept",
    "accept-encoding",
    "content-type",
    "user-agent",
)
MOST_ENTRIES = 20_000
MOST_REPLIES = 1_000


@dataclass(frozen=True)
class Entry:
    """One request. `status` is what was answered, or would have been, before `delivery` lost it."""

    number: int
    at: datetime
    request: Request
    status: int
    delivery: str
    duration_ms: float

    def as_json(self) -> dict[str, Any]:
        request = self.request
        headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "operation": request.operation,
            "method": request.method,
            "path": request.path,
            "query": dict(request.query),
            "headers": headers,
            "client_id": request.client_id,
            "tenant": request.tenant,
            "body": _body(request),
            "status": self.status,
            "delivery": self.delivery,
            "duration_ms": round(self.duration_ms, 3),
        }


@dataclass
class RequestLog:
    """The newest entries, and a file of all of them where one is named."""

    path: Path | None = None
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MOST_ENTRIES))
    _replies: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=MOST_REPLIES))
    _written: int = 0

    def add(self, at: datetime, request: Request, reply: Reply, duration_ms: float) -> None:
        self._written += 1
        entry = Entry(self._written, at, request, reply.status, reply.delivery, duration_ms)
        self._replies.append((self._written, reply.body))
        self.entries.append(entry)
        if self.path:
            with self.path.open("a") as file:
                file.write(json_codec.dumps(entry.as_json()) + "\n")

    def since(self, number: int, operation: str = "") -> list[Entry]:
        """Entries after this number, of this operation or of all."""
        return [each for each in self.entries if each.number > number and operation in ("", each.request.operation)]

    def replies(self) -> dict[int, bytes]:
        """The bodies of the newest replies, by the number of their entry."""
        return dict(self._replies)


def _body(request: Request) -> Any:
    """The JSON that was sent, or the text; secrets of the token endpoint are left out."""
    if request.operation.endswith((" token", " revocation")):
        return None
    text = request.body.decode(errors="replace")
    try:
        return json_codec.loads(text) if text else None
    except (ValueError, json.JSONDecodeError):
        return text
