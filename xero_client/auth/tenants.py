"""Which organisations an access token may reach (developer.xero.com, "Connections")."""

from dataclasses import dataclass
from http import HTTPStatus

import orjson

from xero_client.auth.identity_http import IdentityHttp
from xero_client.collaborators import CallObserver, Monotonic
from xero_client.errors import DisconnectedError, UnavailableError, XeroError
from xero_client.json_codec import rows_of, text_of
from xero_client.transport import REDACTED
from xero_client.vocabulary import CallOperation, CallResult


@dataclass(frozen=True, slots=True)
class ConnectedOrganisation:
    """One organisation that the app is connected to. `organisation` is its tenant id, which the profile names."""

    connection_id: str
    organisation: str
    name: str


class ConnectionsList:
    """Reads the list. `base_url` is the root of the API host; the call does not count against an organisation."""

    def __init__(self, base_url: str, *, observer: CallObserver, monotonic: Monotonic) -> None:
        self._url = f"{base_url}/connections"
        self._observer = observer
        self._monotonic = monotonic
        self._http = IdentityHttp()

    async def read(self, access_token: str) -> tuple[ConnectedOrganisation, ...]:
        """Every connected organisation. Raises DisconnectedError or UnavailableError."""
        began, result = self._monotonic(), CallResult.OK
        try:
            return await self._read(access_token)
        except XeroError as error:
            result = error.result
            raise
        finally:
            self._observer.observe(CallOperation.GET_CONNECTIONS, result, self._monotonic() - began)

    async def _read(self, access_token: str) -> tuple[ConnectedOrganisation, ...]:
        status, body = await self._http.exchange("GET", self._url, {"Authorization": f"Bearer {access_token}"})
        body = body.replace(access_token.encode(), REDACTED.encode())
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise DisconnectedError(f"Xero does not accept the token for its list of connections (HTTP {status})")
        if status != HTTPStatus.OK:
            raise UnavailableError(f"Xero's list of connections answered HTTP {status}")
        try:
            rows = rows_of(orjson.loads(body))
        except orjson.JSONDecodeError:
            raise UnavailableError("Xero's list of connections is not readable") from None
        return tuple(
            ConnectedOrganisation(text_of(row.get("id")) or "", tenant, text_of(row.get("tenantName")) or "")
            for row in rows
            if (tenant := text_of(row.get("tenantId"))) and text_of(row.get("tenantType")) in (None, "ORGANISATION")
        )
