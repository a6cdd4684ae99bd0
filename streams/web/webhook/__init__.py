"""Xero's webhook: what Xero says has changed is looked at by whoever owns its organisation."""

from streams.web.webhook.receiver import WEBHOOK_PATH, WebhookParts, XeroWebhook

__all__ = ["WEBHOOK_PATH", "WebhookParts", "XeroWebhook"]
