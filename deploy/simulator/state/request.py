"""One call to the API, read from the wire."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.simulator.books import Organisation
from deploy.simulator.wire import bad_query

_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass
class Request:
    """What arrived. `path` is the raw path; header names are lower-case."""

    method: str
    path: str
    query_string: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    began: float = 0.0
    operation: str = ""
    tenant: str = ""
    client_id: str = ""


@dataclass(frozen=True)
class Call:
    """An authorised call to one organisation. `segments` is the path below `/api.xro/2.0/`."""

    request: Request
    organisation: Organisation
    client_id: str
    segments: tuple[str, ...]

    @property
    def body(self) -> bytes:
        return self.request.body

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query

    @property
    def unit_places(self) -> int:
        """Decimals of unit amounts: 2 unless `unitdp=4`."""
        return 4 if self.query.get("unitdp") == "4" else 2

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean of the query; the official SDK writes it with a capital letter."""
        text = self.query.get(name, "").lower()
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if text:
            raise bad_query(f"{name}={text!r} is neither true nor false")
        return default

    def listed(self, name: str) -> list[str]:
        """A comma-separated list of the query."""
        return [each.strip() for each in self.query.get(name, "").split(",") if each.strip()]

    def count(self, name: str, default: int, most: int) -> int:
        text = self.query.get(name, str(default))
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise bad_query(f"{name}={text!r} is not a whole number from 1 to {most}")
        return int(text)


def base_url(request: Request) -> str:
    """The address by which the caller came."""
    return f"http://{request.headers.get('host', '127.0.0.1')}"


def operation(method: str, segments: tuple[str, ...]) -> str:
    """The name under which a call is counted: `PUT Invoices`, `POST Invoices/id`, `PUT Invoices/id/History`."""
    if segments[0] == "Organisation":
        return f"{method} {'/'.join(segments)}"
    named = [segments[0], *(["id"] if len(segments) > 1 else []), *segments[2:3]]
    return f"{method} {'/'.join(named)}"
