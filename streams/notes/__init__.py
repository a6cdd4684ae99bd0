"""Notes: a company's people are told when something new waits for them, by a signed webhook and by mail.

What was told is kept in a topic of its own, so that it is told once, whichever worker runs. Nobody waits for anything
here: a receiver that is slow or away costs its own channel, and no shipment.
"""

from streams.notes.channels import MailChannel, MailServer, WebhookChannel
from streams.notes.composer import Composer
from streams.notes.memory import KafkaMemory
from streams.notes.pauses import Pauses
from streams.notes.ports import Channel, Delivery, Result
from streams.notes.share import Share
from streams.notes.teller import Teller

__all__ = [
    "Channel",
    "Composer",
    "Delivery",
    "KafkaMemory",
    "MailChannel",
    "MailServer",
    "Pauses",
    "Result",
    "Share",
    "Teller",
    "WebhookChannel",
]
