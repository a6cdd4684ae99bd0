"""xero-python's client for one call: the SDK's methods above, our transport below, the token in this object alone."""

from collections.abc import Mapping
from typing import Any, Final

from xero_python.accounting import AccountingApi
from xero_python.api_client import ApiClient

from xero_client.transport.http import ExactTransport, Reply
from xero_client.transport.in_flight import InFlightCall

ACCOUNTING_PATH: Final = "/api.xro/2.0"


class CallClient(ApiClient):  # type: ignore[misc]  # xero-python publishes no types.
    """An ApiClient that lives for one call.

    One client shared by threads leaks one thread's token into another's call (the SDK keeps it in the configuration),
    so the token is here, and goes out in this call's header only. Replies come back as `Reply`, whatever their status:
    the SDK's own reading turns null into 'None' and loses a whole reply over one unknown currency.
    """

    def __init__(self, transport: ExactTransport, call: InFlightCall, *, token: str, user_agent: str) -> None:
        # The parent's constructor would make a connection pool for each call; these are the attributes it leaves.
        self.configuration = transport.configuration
        self.rest_client = transport
        self.cookie = None
        self.pool_threads = None
        self.default_headers = {"User-Agent": user_agent, "Accept-Encoding": "gzip"}
        self._in_flight = call
        self._token = token

    def update_params_for_auth(self, headers: dict[str, str], querys: object, auth_settings: object) -> None:
        """Set this call's own bearer token."""
        del querys, auth_settings  # Xero takes the token in the header only.
        headers["Authorization"] = f"Bearer {self._token}"

    def request(self, method: str, url: str, **given: Any) -> Reply:
        """Where the SDK would call its REST client: bytes go out untouched."""
        body: bytes | None = given.get("body")
        headers: Mapping[str, str] = given["headers"]
        query = given.get("query_params") or ()
        transport: ExactTransport = self.rest_client
        return transport.exchange(self._in_flight, method, url, query=query, headers=headers, body=body)


def accounting_api(client: CallClient, base_url: str) -> AccountingApi:
    """The SDK's Accounting API at `base_url` (the root of the host, such as https://api.xero.com)."""
    return AccountingApi(client, base_url=base_url.rstrip("/") + ACCOUNTING_PATH)
