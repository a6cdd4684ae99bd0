"""Access tokens of every connection: asked for, renewed, kept encrypted, shared between processes."""

from xero_client.auth.access_tokens import ConnectionTokens, CustomConnection
from xero_client.auth.consent import ConsentRequest, redeemed
from xero_client.auth.refresh import ConsentedConnection
from xero_client.auth.tenants import ConnectedOrganisation, ConnectionsList
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_store import ConsentStore, StoredConsent, new_key
from xero_client.auth.tokens_held import TokenSource
from xero_client.auth.tokens_lock import FileLock
from xero_client.auth.tokens_redirect import RedirectListener, listening

__all__ = [
    "ClientCredentials",
    "ConnectedOrganisation",
    "ConnectionTokens",
    "ConnectionsList",
    "ConsentRequest",
    "ConsentStore",
    "ConsentedConnection",
    "CustomConnection",
    "FileLock",
    "RedirectListener",
    "StoredConsent",
    "TokenEndpoint",
    "TokenSource",
    "listening",
    "new_key",
    "redeemed",
]
