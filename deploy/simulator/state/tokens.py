"""Apps, connections, codes and tokens: OAuth 2.0 as Xero runs it.

Access tokens live 30 minutes, refresh tokens 60 days and rotate; a used refresh token answers again for 30 minutes, for
the case that its reply was lost; an authorisation code lives 5 minutes. Source: developer.xero.com, OAuth 2.0 guides.
"""

import base64
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from deploy.simulator.seed import AppSeed
from deploy.simulator.state import jwt
from deploy.simulator.wire import Ids, JsonObject, words

ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)
GRACE = timedelta(minutes=30)
CODE_LIFE = timedelta(minutes=5)
GRANULAR = words(
    "openid profile email offline_access accounting.invoices accounting.invoices.read accounting.payments"
    " accounting.payments.read accounting.contacts accounting.contacts.read accounting.settings"
    " accounting.settings.read accounting.attachments accounting.attachments.read"
)


class OAuthError(Exception):
    """The token endpoint refuses with this error code (RFC 6749, section 5.2)."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True)
class Connection:
    """One organisation connected to one app."""

    connection_id: str
    event_id: str
    client_id: str
    tenant_id: str
    created_at: datetime


@dataclass(frozen=True)
class Access:
    """A live access token."""

    token: str
    client_id: str
    scopes: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True)
class Refresh:
    client_id: str
    scopes: frozenset[str]
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Code:
    client_id: str
    scopes: frozenset[str]
    redirect_uri: str
    challenge: str
    expires_at: datetime
    nonce: str = ""


@dataclass(frozen=True)
class Issued:
    access: Access
    refresh_token: str | None
    nonce: str = ""
    by_consent: bool = False
    """Whether a person stands behind it, of whom an id token can tell."""


@dataclass
class TokenStore:
    """What is remembered of connections, codes and tokens."""

    apps: dict[str, AppSeed]
    ids: Ids
    connections: dict[str, Connection] = field(default_factory=dict)
    _access: dict[str, Access] = field(default_factory=dict)
    _refresh: dict[str, Refresh] = field(default_factory=dict)
    _codes: dict[str, Code] = field(default_factory=dict)

    def authenticate(self, client_id: str, secret: str) -> AppSeed:
        """Raises `OAuthError`; an app without a secret is public (PKCE) and gives none."""
        app = self.apps.get(client_id)
        if app is None or app.client_secret != secret:
            raise OAuthError("invalid_client", 401)
        return app

    def connect(self, client_id: str, now: datetime) -> None:
        """Connect the app to all its organisations, where it is not, by one consent."""
        event_id = self.ids.uuid()
        for tenant in self.apps[client_id].tenants:
            if not self.connected(client_id, tenant):
                connection = Connection(self.ids.uuid(), event_id, client_id, tenant, now)
                self.connections[connection.connection_id] = connection

    def disconnect(self, client_id: str, tenant: str) -> None:
        """What a person does in Xero: the organisation's connection to the app ends."""
        gone = [each.connection_id for each in self.of_client(client_id) if tenant in ("", each.tenant_id)]
        for connection_id in gone:
            del self.connections[connection_id]

    def connected(self, client_id: str, tenant: str) -> bool:
        return any(each.tenant_id == tenant for each in self.of_client(client_id))

    def of_client(self, client_id: str) -> list[Connection]:
        return [each for each in self.connections.values() if each.client_id == client_id]

    def scopes(self, app: AppSeed, asked: str) -> frozenset[str]:
        """The scopes granted. A broad scope (`accounting.transactions`) is no longer known: `invalid_scope`."""
        allowed = frozenset(app.scopes) or GRANULAR
        wanted = frozenset(asked.split()) or allowed
        if not wanted <= allowed:
            raise OAuthError("invalid_scope")
        return wanted

    def issue(self, client_id: str, scopes: frozenset[str], now: datetime, *, refreshable: bool) -> Issued:
        access = Access(self._bearer(client_id, scopes, now), client_id, scopes, now + ACCESS_LIFE)
        self._access[access.token] = access
        if not refreshable:
            return Issued(access, None)
        token = self.ids.secret()
        self._refresh[token] = Refresh(client_id, scopes, now + REFRESH_LIFE)
        return Issued(access, token)

    def access(self, token: str, now: datetime) -> Access | None:
        """The live token, else `None`."""
        found = self._access.get(token)
        return found if found and now < found.expires_at else None

    def refresh(self, client_id: str, token: str, now: datetime) -> Issued:
        """Rotate. A token that was used answers again within its grace. Raises `OAuthError`."""
        held = self._refresh.get(token)
        if held is None or held.client_id != client_id or now >= held.expires_at:
            raise OAuthError("invalid_grant")
        if held.used_at and now - held.used_at > GRACE:
            raise OAuthError("invalid_grant")
        self._refresh[token] = replace(held, used_at=held.used_at or now)
        return replace(self.issue(client_id, held.scopes, now, refreshable=True), by_consent=True)

    def grant_code(self, code: Code) -> str:
        text = self.ids.secret()
        self._codes[text] = code
        return text

    def redeem(self, client_id: str, text: str, redirect_uri: str, verifier: str, now: datetime) -> Issued:
        """Exchange an authorisation code, once. Raises `OAuthError`. PKCE: RFC 7636, method S256."""
        code = self._codes.pop(text, None)
        if code is None or code.client_id != client_id or now >= code.expires_at:
            raise OAuthError("invalid_grant")
        if code.redirect_uri != redirect_uri or (code.challenge and code.challenge != challenge(verifier)):
            raise OAuthError("invalid_grant")
        self.connect(client_id, now)
        issued = self.issue(client_id, code.scopes, now, refreshable="offline_access" in code.scopes)
        return replace(issued, nonce=code.nonce, by_consent=True)

    def revoke(self, client_id: str) -> None:
        """Withdraw consent: connections, refresh and access tokens of the app end."""
        self.disconnect(client_id, "")
        self._refresh = {text: held for text, held in self._refresh.items() if held.client_id != client_id}
        self.expire(client_id)

    def expire(self, client_id: str = "") -> None:
        """End the access tokens of one app, or of all."""
        self._access = {text: held for text, held in self._access.items() if client_id not in ("", held.client_id)}

    def revoke_token(self, client_id: str, token: str) -> None:
        held = self._refresh.get(token)
        if held and held.client_id == client_id:
            self.revoke(client_id)

    def _bearer(self, client_id: str, scopes: frozenset[str], now: datetime) -> str:
        """A JWT with Xero's claims. `authentication_event_id` is what `/connections?authEventId=` asks for."""
        events = [each.event_id for each in self.of_client(client_id)]
        claims: JsonObject = {"iss": "https://identity.xero.com", "aud": "https://identity.xero.com/resources"}
        claims |= {"client_id": client_id, "sub": jwt.USER_ID, "xero_userid": jwt.USER_ID, "jti": self.ids.uuid()}
        claims |= {"nbf": int(now.timestamp()), "exp": int((now + ACCESS_LIFE).timestamp())}
        claims |= {"authentication_event_id": events[-1] if events else "", "scope": sorted(scopes)}
        return jwt.signed(claims)


def challenge(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
