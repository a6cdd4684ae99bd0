"""Saying that a company is paused, or goes on: what the API and the pages have in common."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from mappers.model import Company, CompanyPause
from streams.web.ports import PausePublisher, PublishError
from streams.web.problems import ApiError, HttpCode

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pauser:
    """Says it in Kafka, where every worker hears it."""

    publisher: PausePublisher
    clock: Callable[[], datetime]

    async def say(self, company: Company, by: str, reason: str, *, paused: bool) -> CompanyPause:
        """What was said. Raises ApiError 503 where Kafka did not take it in time."""
        pause = CompanyPause(company_id=company.id, paused=paused, by=by, at=self.clock(), reason=reason)
        try:
            await self.publisher.say(pause)
        except PublishError as error:
            raise ApiError(503, HttpCode.KAFKA_UNAVAILABLE, str(error), "Say it again in a minute.") from error
        if paused:
            _log.warning("company_paused", company_id=company.id, by=by, reason=reason)
        else:
            _log.warning("company_resumed", company_id=company.id, by=by, reason=reason)
        return pause
