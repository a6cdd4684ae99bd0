"""Xero's webhook from Xero's side: what it posts, how it is signed, and when it is posted again."""

from deploy.simulator.control.webhooks.endpoints import webhook_routes
from deploy.simulator.control.webhooks.sender import WebhookSender

__all__ = ["WebhookSender", "webhook_routes"]
