"""What a store must fit: which cluster's topic it follows, and how long that keeps the marks of deleted rows."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from aiokafka.admin import AIOKafkaAdminClient

from streams.dispatch.ledger import to_micros
from streams.dispatch.store import Identity, Trust
from streams.ops import bounded
from streams.topics import DOCUMENT_LEDGER, SettingsHiddenError, settings_of

log = structlog.get_logger(__name__)

START_SECONDS = 15.0
ANSWER_SECONDS = 10.0
KNOWN_SECONDS = 60.0
_SETTING = "delete.retention.ms"
# Kafka's default (kafka.apache.org, "Topic Configs"), for one who may not read the topic's settings.
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """The cluster's id, and `delete.retention.ms` of the ledger's topic."""

    cluster: str
    delete_retention_ms: int


class LedgerTopic:
    """Asks Kafka, for all partitions that are taken over at about the same time."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        name: str = DOCUMENT_LEDGER,
    ) -> None:
        self._name = name
        self.connection = connection
        self._clock = clock
        self._monotonic = monotonic
        self._lock = asyncio.Lock()
        self._known: LedgerFacts | None = None
        self._known_since = 0.0

    async def trust(self, partition: int) -> Trust:
        """What the partition's store must fit now. Raises TimeoutError, OSError, or Kafka's errors."""
        async with self._lock:
            if self._known is None or self._monotonic() - self._known_since > KNOWN_SECONDS:
                self._known = await self._ask()
                self._known_since = self._monotonic()
            facts = self._known
        identity = Identity(facts.cluster, self._name, partition)
        return Trust(identity, to_micros(self._clock()), facts.delete_retention_ms * 1000)

    async def _ask(self) -> LedgerFacts:
        admin = AIOKafkaAdminClient(**self.connection)
        try:
            await bounded(admin.start(), START_SECONDS, "the start of the ledger's admin client")
            cluster = await bounded(admin.describe_cluster(), ANSWER_SECONDS, "the cluster's id")
            return LedgerFacts(str(cluster["cluster_id"]), await self._delete_retention(admin))
        finally:
            with contextlib.suppress(Exception):
                await bounded(admin.close(), ANSWER_SECONDS, "the end of the ledger's admin client")

    async def _delete_retention(self, admin: AIOKafkaAdminClient) -> int:
        try:
            found = await bounded(settings_of(admin, [self._name]), ANSWER_SECONDS, "the ledger's settings")
        except SettingsHiddenError as error:
            log.warning("ledger_settings_hidden", reason=str(error), assumed=f"{_SETTING}={_DAY_MS}")
            return _DAY_MS
        values = {entry[0]: entry[1] for entry in found.get(self._name, ())}
        return int(values.get(_SETTING) or _DAY_MS)
