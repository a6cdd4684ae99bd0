"""Xero's webhook from Xero's side: what it posts, how it is signed, and when it is posted again."""

from deploy.simulator.webhooks.sender import Delivery, Webhook, WebhookSender

__all__ = ["Delivery", "Webhook", "WebhookSender"]
