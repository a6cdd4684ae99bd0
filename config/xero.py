"""Where Xero is, who we are there, and how much of its quota is ours to use."""

import base64
import re
from datetime import time
from pathlib import Path
from typing import Literal
from urllib.parse import quote_plus, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from config.addresses import address_of
from streams.dispatch.settings import DispatchSettings
from xero_client.master_data import CachePolicy
from xero_client.quota import QuotaLimits
from xero_client.timeouts import CONNECT_SECONDS, READ_SECONDS
from xero_client.vocabulary import SCOPES

API_HOST = "api.xero.com"
IDENTITY_HOST = "identity.xero.com"
LOGIN_HOST = "login.xero.com"
DEFAULT_CONNECTION = "default"
_KEY_BYTES = 32
# It names a file of tokens.
_CONNECTION_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
# A default is decided by the component that has the knob; here it is only referred to.
_LIMITS, _CACHE, _DISPATCH = QuotaLimits(), CachePolicy(), DispatchSettings()

Grant = Literal["client_credentials", "authorization_code"]
"""RFC 6749, 4.4: the app signs in by itself (a custom connection); 4.1: a person consents (`shipledger connect`)."""


class ConnectionSettings(BaseModel):
    """One more app registered at Xero (a custom connection serves one organisation)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1, description="client id of the connection `<NAME>`")
    client_secret: SecretStr = Field(min_length=1, description="its client secret")
    grant: Grant = Field(default="client_credentials", description="how its tokens are had, as XERO__GRANT")
    scopes: str = Field(default="", description="what it asks to be allowed; empty: XERO__SCOPES")
    webhook_key: SecretStr | None = Field(
        default=None, min_length=16, description="the key of its webhook; see XERO__WEBHOOK_KEY"
    )


class XeroSettings(BaseModel):
    """`SHIPLEDGER_XERO__…`; durations are seconds. Limits are Xero's own unless an operator knows better."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    allow_test_host: bool = Field(default=False, description="accept hosts that are not Xero's own (the simulator)")
    base_url: str = Field(default=f"https://{API_HOST}", description="root of the API's host")
    token_url: str = Field(default=f"https://{IDENTITY_HOST}/connect/token", description="whole address of the tokens")
    connections: dict[str, ConnectionSettings] = Field(default_factory=dict)
    client_id: str | None = Field(default=None, min_length=1, description='client id of the connection "default"')
    client_secret: SecretStr | None = Field(default=None, min_length=1, description="its client secret")
    grant: Grant = Field(
        default="client_credentials",
        description="client_credentials: a custom connection; authorization_code: a person, by `shipledger connect`",
    )
    scopes: str = Field(
        default=" ".join(SCOPES),
        min_length=1,
        description="what the app asks to be allowed, blanks between; an older app may have accounting.transactions "
        "instead of accounting.invoices",
    )
    authorise_url: str = Field(
        default=f"https://{LOGIN_HOST}/identity/connect/authorize", description="where a person is asked for consent"
    )
    token_key: SecretStr | None = Field(
        default=None,
        description="with authorization_code: encrypts the kept tokens; `shipledger connect --new-key` makes one",
    )
    webhook_key: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="the key of the app's webhook, as Xero shows it; with it Xero may call /webhooks/xero; unset: off",
    )
    token_dir: Path | None = Field(
        default=None,
        description="folder of the kept tokens, one for all workers that share a connection; unset: DATA_DIR/tokens",
    )
    redirect_uri: str = Field(
        default="http://localhost:8765/callback",
        description="where `shipledger connect` hears the answer, as registered with the app",
    )
    calls_per_minute: int = Field(default=_LIMITS.per_minute, ge=1, description="calls to one organisation in a minute")
    calls_per_day: int = Field(
        default=_LIMITS.per_day, ge=1, description="calls to one organisation in a day, until Xero says"
    )
    app_calls_per_minute: int = Field(
        default=_LIMITS.app_per_minute, ge=1, description="calls of one app to all its organisations"
    )
    concurrency: int = Field(default=_LIMITS.concurrent, ge=1, le=5, description="calls to one organisation at once")
    people_reserve: float = Field(
        default=_LIMITS.people_reserve, ge=0.0, lt=1.0, description="share of the day's calls that is kept for Sync Now"
    )
    batch_size: int = Field(default=_DISPATCH.batch_size, ge=1, le=50, description="documents in one write")
    allow_backorders: bool = Field(
        default=False,
        description="invoice tracked items of which fewer are in stock, which Xero refuses else",
    )
    connect_timeout_seconds: float = Field(default=CONNECT_SECONDS, gt=0.0, description="to reach the host")
    read_timeout_seconds: float = Field(
        default=READ_SECONDS, gt=0.0, le=100.0, description="to hear from a call; a write after it counts as unknown"
    )
    reference_refresh_seconds: float = Field(
        default=_CACHE.refresh_seconds,
        ge=1.0,
        description="between looks for changed contacts and items; longer on a small day",
    )
    reference_miss_seconds: float = Field(
        default=_CACHE.miss_seconds,
        ge=0.0,
        description="for which a missing code is not looked up again, but for a new request",
    )

    facts: Path | None = Field(
        default=None,
        description="`xero-facts.toml` of `shipledger rehearse`: what your Xero does where its pages leave it open; "
        "unset: as assumed",
    )

    @field_validator("base_url", "token_url", "authorise_url")
    @classmethod
    def _is_an_address_of_xero(cls, value: str, info: ValidationInfo) -> str:
        address = value.strip(" ").rstrip("/")
        parts = address_of(address)
        if _is_xeros(address):
            if parts.scheme != "https":
                raise ValueError(f"{address} must begin with https://")
            if parts.port not in {None, 443}:
                raise ValueError(f"{address} is not the port of Xero's")
        elif not info.data.get("allow_test_host", True):
            # The default of `get` keeps a mistyped ALLOW_TEST_HOST from being reported as a wrong host too.
            raise ValueError(
                f"{address} is not Xero ({API_HOST}, {IDENTITY_HOST}, {LOGIN_HOST}); for a simulator set "
                "SHIPLEDGER_XERO__ALLOW_TEST_HOST=true"
            )
        return address

    @field_validator("base_url")
    @classmethod
    def _is_a_root(cls, value: str) -> str:
        if urlsplit(value).path:
            raise ValueError(f"{value} is more than a host; the worker appends the path itself")
        return value

    @field_validator("token_url", "authorise_url")
    @classmethod
    def _is_on_the_same_side(cls, value: str, info: ValidationInfo) -> str:
        # A token of Xero's must not go to another host, nor a test token to Xero.
        base_url = info.data.get("base_url")
        if info.field_name == "authorise_url" and not _asks_for_consent(info):
            return value
        if base_url is not None and _is_xeros(base_url) != _is_xeros(value):
            raise ValueError(f"{value} and BASE_URL {base_url} must both be Xero's, or both not")
        return value

    @field_validator("connections")
    @classmethod
    def _are_well_named(cls, value: dict[str, ConnectionSettings]) -> dict[str, ConnectionSettings]:
        if DEFAULT_CONNECTION in value:
            raise ValueError('the connection "default" is SHIPLEDGER_XERO__CLIENT_ID and …__CLIENT_SECRET')
        for name in value:
            if not _CONNECTION_NAME.fullmatch(name):
                raise ValueError(f"{name!r} cannot name a connection: letters, digits, '_', '-' and '.', 60 at most")
        return value

    @field_validator("client_id")
    @classmethod
    def _require_client_id(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("connections") == {}:
            raise ValueError("is missing, and there is no other connection (SHIPLEDGER_XERO__CONNECTIONS__<NAME>__…)")
        return value

    @field_validator("client_secret")
    @classmethod
    def _goes_with_the_id(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        client_id = info.data.get("client_id")
        if client_id is not None and value is None:
            raise ValueError("is missing: it belongs to SHIPLEDGER_XERO__CLIENT_ID")
        if client_id is None and value is not None:
            raise ValueError("is set, but SHIPLEDGER_XERO__CLIENT_ID is not")
        return value

    @field_validator("token_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        advice = "`shipledger connect --new-key` makes one"
        if value is None and _asks_for_consent(info):
            raise ValueError(f"is missing: a connection with the grant authorization_code needs it; {advice}")
        if value is not None and not _is_key(value.get_secret_value()):
            raise ValueError(f"is not 32 bytes in URL-safe base64; {advice}")
        return value

    @field_validator("redirect_uri")
    @classmethod
    def _is_on_this_machine(cls, value: str) -> str:
        # RFC 8252, 7.3: a code that is sent to another host could be read there.
        parts = address_of(value.strip(" "))
        if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"} or not parts.port:
            raise ValueError(f"{value!r} is not an address like http://localhost:8765/callback")
        return value.strip(" ")

    def scopes_of(self, connection: ConnectionSettings) -> tuple[str, ...]:
        """What the connection asks to be allowed."""
        return tuple((connection.scopes or self.scopes).replace(",", " ").split())

    def secret_values(self) -> tuple[str, ...]:
        """Every secret that goes to Xero, or opens what is kept of it, also as it stands in a header."""
        found = [] if self.token_key is None else [self.token_key.get_secret_value()]
        found += self.webhook_keys().values()
        for each in self.credentials().values():
            secret = each.client_secret.get_secret_value()
            pair = f"{quote_plus(each.client_id)}:{quote_plus(secret)}"
            found += [secret, base64.b64encode(pair.encode()).decode()]
        return tuple(found)

    def webhook_keys(self) -> dict[str, str]:
        """The keys of webhooks, by connection."""
        named = {DEFAULT_CONNECTION: self.webhook_key} | {
            name: each.webhook_key for name, each in self.connections.items()
        }
        return {name: key.get_secret_value() for name, key in named.items() if key is not None}

    def credentials(self) -> dict[str, ConnectionSettings]:
        """Every connection by its name, "default" included where it is configured."""
        if self.client_id is None or self.client_secret is None:
            return dict(self.connections)
        default = ConnectionSettings(
            client_id=self.client_id, client_secret=self.client_secret, grant=self.grant, scopes=self.scopes
        )
        return {DEFAULT_CONNECTION: default, **self.connections}


class WatchSettings(BaseModel):
    """`SHIPLEDGER_WATCH__…`: what people do in Xero to documents that shipments became."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(
        default=True, description="whether payments, voids and edits in Xero come back as accounting.document_changed"
    )
    day_share: float = Field(
        default=_DISPATCH.watch.day_share,
        gt=0.0,
        le=0.5,
        description="most of an organisation's calls a day that this may take; writes go first",
    )
    interval_seconds: float = Field(
        default=_DISPATCH.watch.interval,
        ge=1.0,
        le=86_400.0,
        description="between two looks at an organisation, where the share allows so many",
    )


class DriftSettings(BaseModel):
    """`SHIPLEDGER_DRIFT__…`: the nightly comparison of the ledger with Xero; it needs WATCH__ENABLED."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool = Field(
        default=_DISPATCH.drift.enabled,
        description="whether documents are compared with Xero once a day; what differs is told, never written",
    )
    at: time = Field(default=_DISPATCH.drift.at, description="time of the day at which that begins, in UTC")
    days: int = Field(
        default=_DISPATCH.drift.days,
        ge=1,
        le=400,
        description="documents that nobody touched for longer are left out",
    )

    @field_validator("at")
    @classmethod
    def _is_in_utc(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("it is a time in UTC, such as 02:30, without a zone")
        return value


def _is_xeros(address: str) -> bool:
    return urlsplit(address).hostname in {API_HOST, IDENTITY_HOST, LOGIN_HOST}


def _asks_for_consent(info: ValidationInfo) -> bool:
    connections = info.data.get("connections") or {}
    return "authorization_code" in {info.data.get("grant"), *(each.grant for each in connections.values())}


def _is_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text.strip())) == _KEY_BYTES
    except ValueError:
        return False
