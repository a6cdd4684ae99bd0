"""Access tokens of every connection: obtained, renewed, kept encrypted, and shared between processes."""

from xero_client.auth.access_tokens import ConnectionTokens
from xero_client.auth.consent import ConsentRequest, RedirectListener, listening, redeemed
from xero_client.auth.consent_watch import ConsentWatch
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.refresh import AuthorizationCodeSource, consent_ends
from xero_client.auth.tenants import ConnectedOrganisation, ConnectionsList
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint, basic_authorization
from xero_client.auth.token_source import ClientCredentialsSource, TokenSource
from xero_client.auth.token_store import ConsentStore, FileLock, StoredConsent, new_key
from xero_client.auth.webhook import (
    SIGNATURE_HEADER,
    InvoiceEvent,
    UnreadableNoticeError,
    invoice_events,
    signers,
)

__all__ = [
    "SIGNATURE_HEADER",
    "AuthorizationCodeSource",
    "ClientCredentials",
    "ClientCredentialsSource",
    "ConnectedOrganisation",
    "ConnectionTokens",
    "ConnectionsList",
    "ConsentRequest",
    "ConsentStore",
    "ConsentWatch",
    "FileLock",
    "InvoiceEvent",
    "NewestSeen",
    "RedirectListener",
    "StoredConsent",
    "TokenEndpoint",
    "TokenSource",
    "UnreadableNoticeError",
    "basic_authorization",
    "consent_ends",
    "invoice_events",
    "listening",
    "new_key",
    "redeemed",
    "signers",
]
