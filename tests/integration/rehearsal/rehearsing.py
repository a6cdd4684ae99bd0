"""A rehearsal over real HTTP against the simulator, which is told how Xero answers."""

import asyncio
import dataclasses
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from deploy.simulator import Seed, SimClock, Simulator
from streams.rehearsal import QUESTIONS, Caller, Finding, Journal, Question, Rehearsal
from xero_client.auth import ClientCredentials, ClientCredentialsSource, ConnectionTokens, TokenEndpoint
from xero_client.timeouts import Timeouts
from xero_client.transport import ExactTransport

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
SECOND_THEME = {"BrandingThemeID": "e5f2b0a1-7c5e-4a52-9c1e-3f0a5c9b7d10", "Name": "Second"}


class Ignored:
    """Nobody observes the token's requests."""

    def observe(self, *_: Any) -> None:
        """Nothing."""


def demo_seed() -> Seed:
    """The demonstration's first organisation alone, with all that the questions need."""
    seed = Seed.demo()
    organisation = seed.organisations[0]
    organisation = dataclasses.replace(organisation, branding_themes=(*organisation.branding_themes, SECOND_THEME))
    app = dataclasses.replace(seed.apps[0], tenants=(organisation.tenant_id,))
    return dataclasses.replace(seed, apps=(app,), organisations=(organisation,))


@asynccontextmanager
async def simulated(seed: Seed | None = None) -> AsyncIterator[Simulator]:
    """A simulator whose clock stands still until somebody sleeps."""
    source = random.Random(7)  # noqa: S311 - ids of a test should repeat, not surprise.
    async with Simulator.started(seed or demo_seed(), clock=SimClock(NOW, scale=0), source=source) as simulator:
        yield simulator


def asked(*names: str) -> list[Question]:
    """The questions of these ids; all of them without one."""
    return [each for each in QUESTIONS if not names or each.id in names]


@asynccontextmanager
async def rehearsal_in(simulator: Simulator, journal: Path, told: list[str] | None = None) -> AsyncIterator[Rehearsal]:
    """A rehearsal in the simulator's first organisation; who sleeps moves the simulator's clock."""
    organisation = simulator.state.seed.organisations[0].tenant_id
    app = simulator.state.seed.apps[0]
    chance = random.Random(3)  # noqa: S311 - see above.
    endpoint = TokenEndpoint(
        simulator.token_url,
        observer=Ignored(),
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        random=chance.random,
    )
    client = ClientCredentials("default", app.client_id, SecretStr(app.client_secret))
    source = ClientCredentialsSource(client, endpoint, time.monotonic)
    tokens = ConnectionTokens({organisation: "default"}, {"default": source}, monotonic=time.monotonic)

    async def sleep(seconds: float) -> None:
        simulator.state.clock.advance(seconds)

    transport = ExactTransport(Timeouts(connect=5.0, read=10.0))
    caller = Caller(simulator.base_url, organisation, tokens, transport, time.monotonic, sleep)

    def tell(question: Question, _: Finding) -> None:
        (told if told is not None else []).append(question.id)

    try:
        yield Rehearsal(
            caller,
            Journal.opened(journal, organisation, "TEST"),
            NOW.date(),
            lambda: str(uuid.uuid4()),
            signs_in_by_itself=True,
            told=tell,
        )
    finally:
        transport.close()
        await tokens.close()


def living(simulator: Simulator) -> Iterator[str]:
    """The numbers of the rehearsal's documents that are neither deleted nor voided."""
    for organisation in simulator.state.organisations.values():
        for book in (organisation.book("invoice"), organisation.book("quote")):
            yield from (each.number for each in book if each.alive and each.number.startswith("REHEARSAL"))
