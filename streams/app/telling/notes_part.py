"""The tellers of this worker, one for each channel that is set, and the memory that they share."""

import asyncio
import random
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Final

import structlog
from aiokafka import AIOKafkaConsumer

from config.notes import NotesSettings
from config.settings import Settings
from mappers.model import Company
from streams.app.clocks import utc_now
from streams.app.stream_part import StreamPart
from streams.notes import (
    Channel,
    Composer,
    KafkaMemory,
    MailChannel,
    MailServer,
    Pauses,
    Share,
    Teller,
    WebhookChannel,
)
from streams.ops import Metrics, Work
from streams.topics import FETCHED_AT_ONCE, LARGEST_NOTE_RECORD, partitions_there
from streams.writing import renewing_producer

log = structlog.get_logger(__name__)

LAST_ATTEMPT_SECONDS: Final = 2.0
"""What an attempt under way has to end when the worker is asked to; then its note is sent again by whoever follows."""


class NotesPart:
    """Made where anything is set; nothing waits for it, and nothing ends with it."""

    def __init__(
        self, settings: Settings, profile: Mapping[str, Company], stream: StreamPart, metrics: Metrics, version: str
    ) -> None:
        notes = settings.notes
        share = Share(stream.owned, profile, stream.follower, time.monotonic)
        self._memory = _memory(settings, profile)
        composer = Composer(stream.store, notes.page_url or "", timedelta(minutes=notes.interval_minutes))
        self._tellers = [
            Teller(each, composer, self._memory, share, metrics, utc_now, Pauses(random.random))
            for each in _channels(notes, profile, version)
        ]

    @property
    def works(self) -> list[Work]:
        """A task for each channel, so that none waits for another."""
        return [each.run for each in self._tellers]

    async def stop(self) -> None:
        """Let an attempt under way end, for a moment; close."""
        try:
            async with asyncio.timeout(LAST_ATTEMPT_SECONDS):
                await asyncio.gather(*(each.stop() for each in self._tellers))
        except TimeoutError:
            log.info("note_cut_off")
        await self._memory.close()


def _memory(settings: Settings, companies: Iterable[str]) -> KafkaMemory:
    connection, topic = settings.kafka.client_arguments(), settings.kafka.topics.attention_notes
    return KafkaMemory(
        # What is written there is not in transactions, and a foreign one must not hide the end.
        partial(
            AIOKafkaConsumer,
            **connection,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            max_partition_fetch_bytes=FETCHED_AT_ONCE,
        ),
        renewing_producer(connection, LARGEST_NOTE_RECORD),
        partial(partitions_there, connection, [topic]),
        topic,
        companies,
    )


def _channels(notes: NotesSettings, profile: Mapping[str, Company], version: str) -> list[Channel]:
    found: list[Channel] = []
    if notes.webhook_url is not None:
        secrets = [each for each in (notes.webhook_secret, notes.webhook_former_secret) if each is not None]
        found.append(
            WebhookChannel(
                notes.webhook_url, [each.get_secret_value() for each in secrets], version, utc_now, notes.tls()
            )
        )
    if notes.smtp_host is not None and notes.mail_from is not None:
        found.append(MailChannel(_server(notes, notes.smtp_host, notes.mail_from), _recipients(profile), _own_name()))
    return found


def _recipients(profile: Mapping[str, Company]) -> Callable[[str], tuple[str, ...]]:
    """By the profile that counts when a note is sent."""
    return lambda company_id: profile[company_id].notes_to if company_id in profile else ()


def _server(notes: NotesSettings, host: str, sender: str) -> MailServer:
    password = None if notes.smtp_password is None else notes.smtp_password.get_secret_value()
    return MailServer(host, notes.port, notes.smtp_security, sender, notes.smtp_username, password, notes.tls())


def _own_name() -> str:
    """What we say in EHLO (RFC 5321, 4.1.1.1); to ask for the whole name would ask a name server, and wait for it."""
    return socket.gethostname() or "localhost"
