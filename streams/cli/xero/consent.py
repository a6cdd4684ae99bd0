"""Asking a person for consent in the browser, and keeping the answer."""

import asyncio
import os
import random
import secrets
import sys
import time
import webbrowser
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import SecretStr

from config.settings import Settings
from config.xero import ConnectionSettings
from streams.cli.errors import CommandFailedError
from streams.cli.terminal import say
from xero_client.auth import (
    ClientCredentials,
    ConnectedOrganisation,
    ConnectionsList,
    ConsentRequest,
    ConsentStore,
    FileLock,
    NewestSeen,
    RedirectListener,
    StoredConsent,
    TokenEndpoint,
    listening,
    redeemed,
)
from xero_client.errors import XeroError


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked, for which connection; `wait` is how many seconds there are for the answer."""

    connection: str
    credentials: ConnectionSettings
    scopes: tuple[str, ...]
    redirect_uri: str
    wait: float
    open_browser: bool


class _Unobserved:
    """A command counts no calls, nor the requests for its tokens."""

    def observe(self, operation: str, result: str, seconds: float, organisation: str = "") -> None:
        """Count nothing."""


def ask(settings: Settings, question: Question) -> tuple[ConnectedOrganisation, ...]:
    """Show the address, wait for the answer, keep the consent; the organisations it reaches.

    Raises CommandFailedError where nobody answers, Xero refuses, or the redirect address cannot be listened at.
    """
    try:
        return asyncio.run(_ask(settings, question))
    except XeroError as failure:
        raise CommandFailedError(failure.message) from failure


async def _ask(settings: Settings, question: Question) -> tuple[ConnectedOrganisation, ...]:
    request = ConsentRequest.new(question.redirect_uri, secrets.token_bytes)
    credentials = question.credentials
    scopes = question.scopes
    address = request.address(credentials.client_id, settings.xero.authorise_url, scopes)
    code = await _code(request, address, question)
    client = ClientCredentials(question.connection, credentials.client_id, credentials.client_secret, scopes)
    consent = await redeemed(request, code, client, token_endpoint(settings), _now)
    await _keep(settings, question.connection, consent)
    say(f"The tokens of connection {question.connection} are kept in {settings.consent_file(client.name)}.")
    connections = ConnectionsList(settings.xero.base_url, observer=_Unobserved(), monotonic=time.monotonic)
    return await connections.read(consent.access_token.get_secret_value())


async def _code(request: ConsentRequest, address: str, question: Question) -> SecretStr:
    async with AsyncExitStack() as stack:
        listener = await _listener(stack, request)
        say("Open this address in a browser on this machine, and allow the access:")
        say(address)
        if question.open_browser and _has_desktop(sys.platform, os.environ):
            await asyncio.to_thread(webbrowser.open, address)
        try:
            async with asyncio.timeout(question.wait):
                return request.code_in(await listener.answer())
        except TimeoutError as failure:
            raise CommandFailedError(
                f"Nobody answered within {question.wait:g} s. Run it again; the browser has to reach "
                f"{request.redirect_uri} on this machine."
            ) from failure


async def _listener(stack: AsyncExitStack, request: ConsentRequest) -> RedirectListener:
    try:
        return await stack.enter_async_context(listening(request))
    except OSError as failure:
        raise CommandFailedError(
            f"{request.redirect_uri} cannot be listened at ({failure.strerror}); choose another with --port, and "
            "register it with the app at developer.xero.com."
        ) from failure


async def _keep(settings: Settings, name: str, consent: StoredConsent) -> None:
    """Under the lock that workers refresh under: one of them must not put an old token over the new one."""
    if settings.xero.token_key is None:
        raise CommandFailedError("SHIPLEDGER_XERO__TOKEN_KEY is not set.")
    file = settings.consent_file(name)
    store = ConsentStore(file, settings.xero.token_key, name, NewestSeen(settings.consent_seen_file(name)))
    async with FileLock(file.with_suffix(".lock"), monotonic=time.monotonic, sleep=asyncio.sleep).held():
        await asyncio.to_thread(store.write, consent)


def _has_desktop(platform: str, environ: Mapping[str, str]) -> bool:
    """Without a desktop Python would start a browser of the terminal, over the address that is shown there."""
    return platform in {"darwin", "win32"} or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def token_endpoint(settings: Settings) -> TokenEndpoint:
    """Where a command gets its tokens."""
    return TokenEndpoint(
        settings.xero.token_url,
        observer=_Unobserved(),
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        random=random.SystemRandom().random,
    )


def _now() -> datetime:
    return datetime.now(UTC)
