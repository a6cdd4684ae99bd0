"""The ways to people: a signed webhook, and mail."""

from streams.notes.channels.mail import MailChannel, MailServer
from streams.notes.channels.webhook import WebhookChannel

__all__ = ["MailChannel", "MailServer", "WebhookChannel"]
