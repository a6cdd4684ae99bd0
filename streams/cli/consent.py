"""Asking a person for consent in the browser, and keeping the answer."""

import asyncio
import random
import secrets
import time
import webbrowser
from datetime import UTC, datetime

import typer

from config.xero import ConnectionSettings, XeroSettings
from streams.cli.failure import CommandFailedError
from xero_client.errors import XeroError
from xero_client.tokens_connections import ConnectedOrganisation, ConnectionsList
from xero_client.tokens_consent import ConsentRequest, redeemed
from xero_client.tokens_endpoint import ClientCredentials, TokenEndpoint
from xero_client.tokens_lock import FileLock
from xero_client.tokens_redirect import listening
from xero_client.tokens_store import ConsentStore, StoredConsent

_PATIENCE_SECONDS = 300.0


class _Unobserved:
    """A command counts no calls."""

    def observe(self, operation: str, result: str, seconds: float) -> None:
        """Take note of nothing."""


def ask(
    xero: XeroSettings, name: str, credentials: ConnectionSettings, *, open_browser: bool
) -> tuple[ConnectedOrganisation, ...]:
    """Show the address, wait for the answer, keep the consent; the organisations it reaches.

    Raises CommandFailedError where nobody answers, Xero refuses, or the redirect address cannot be listened at.
    """
    try:
        return asyncio.run(_ask(xero, name, credentials, open_browser=open_browser))
    except XeroError as failure:
        raise CommandFailedError(failure.message) from failure
    except TimeoutError as failure:
        raise CommandFailedError(f"Nobody answered within {_PATIENCE_SECONDS:g} s; run it again.") from failure
    except (OSError, ValueError) as failure:
        raise CommandFailedError(f"{xero.consent_redirect_uri} cannot be listened at: {failure}") from failure


async def _ask(
    xero: XeroSettings, name: str, credentials: ConnectionSettings, *, open_browser: bool
) -> tuple[ConnectedOrganisation, ...]:
    client = ClientCredentials(name, credentials.client_id, credentials.client_secret)
    request = ConsentRequest.new(xero.consent_redirect_uri, secrets.token_bytes)
    async with listening(request) as listener:
        address = request.address(credentials.client_id, xero.authorise_url)
        typer.echo(f"Open this address and allow the access:\n{address}")
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        async with asyncio.timeout(_PATIENCE_SECONDS):
            answer = await listener.answer()
    consent = await redeemed(request, request.code_in(answer), client, _endpoint(xero), _now)
    await _keep(xero, name, consent)
    connections = ConnectionsList(xero.base_url, observer=_Unobserved(), monotonic=time.monotonic)
    return await connections.read(consent.access_token.get_secret_value())


async def _keep(xero: XeroSettings, name: str, consent: StoredConsent) -> None:
    """Under the lock that workers refresh under: one of them must not put an old token over the new one."""
    if xero.consent_key is None:
        raise CommandFailedError("SHIPLEDGER_XERO__CONSENT_KEY is not set.")
    file = xero.consent_file(name)
    store = ConsentStore(file, xero.consent_key)
    async with FileLock(file.with_suffix(".lock"), monotonic=time.monotonic, sleep=asyncio.sleep).held():
        await asyncio.to_thread(store.write, consent)


def _endpoint(xero: XeroSettings) -> TokenEndpoint:
    return TokenEndpoint(
        xero.token_url,
        observer=_Unobserved(),
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        random=random.SystemRandom().random,
    )


def _now() -> datetime:
    return datetime.now(UTC)
