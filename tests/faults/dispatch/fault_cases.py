"""Faults of Xero as data: what a write meets, and what has to happen before the work can end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.faults.dispatch.simulated import PLURAL, SimulatedHarness
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from xero_client.port import Operation

DAY_WAIT = 71_468
LONGER_THAN_THE_CLIENT_WAITS = 0.5
Cure = Callable[[SimulatedHarness, DocumentType], Awaitable[None]]


async def nothing(harness: SimulatedHarness, kind: DocumentType) -> None:
    """The work ends by itself."""
    del harness, kind


async def next_day(harness: SimulatedHarness, kind: DocumentType) -> None:
    """Every shipment is told that it waits; not one call is made until the day is over."""
    del kind
    await told_to_wait(harness, "out_of_quota")
    calls = len(harness.simulator.state.request_log.entries)
    harness.advance(DAY_WAIT - 600)
    # Whoever is woken too early would call now: see SCALE.
    await harness.driven.sleep(30)
    assert len(harness.simulator.state.request_log.entries) == calls
    harness.advance(600)


async def reconnected(harness: SimulatedHarness, kind: DocumentType) -> None:
    """A person connects the organisation again; the next try is at most minutes away."""
    del kind
    await told_to_wait(harness, "disconnected")
    harness.simulator.state.tokens.connect(CLIENT_ID, harness.simulator.state.clock.now())
    harness.advance(300)


async def a_minute_later(harness: SimulatedHarness, kind: DocumentType) -> None:
    """After a 403 the organisation is left alone, as if its consent were gone."""
    del kind
    await told_to_wait(harness, "disconnected")
    harness.advance(60)


async def released_after_a_look_up(harness: SimulatedHarness, kind: DocumentType) -> None:
    """Xero executes the call that it holds only after the client gave up and found no trace of it."""
    looks = harness.called(f"GET {PLURAL[kind]}") + harness.called(f"GET {PLURAL[kind]}/id")
    await harness.until(
        lambda: harness.called(f"GET {PLURAL[kind]}") + harness.called(f"GET {PLURAL[kind]}/id") >= looks + 1, 10
    )
    harness.simulator.state.faults.release()


async def told_to_wait(harness: SimulatedHarness, reason: str) -> None:
    """Wait until the log of some shipment says WAITING with the reason."""
    await harness.until(
        lambda: any(each.waiting and each.waiting.reason == reason for each in harness.topic.outcomes), 10
    )


@dataclass(frozen=True)
class FaultCase:
    """One fault: the simulator's kind and settings, and the cure. `effect_unknown`: whether we cannot tell."""

    name: str
    fault: str
    settings: dict[str, Any] = field(default_factory=dict)
    cure: Cure = nothing
    effect_unknown: bool = True

    def arm(self, harness: SimulatedHarness, kind: DocumentType, operation: Operation) -> Fault:
        """The next such write meets it."""
        return harness.fault(kind, operation, self.fault, **self.settings)


UNKNOWN_EFFECT = (
    FaultCase("dropped before", "drop_before"),
    FaultCase("reset before", "reset_before"),
    FaultCase("applied, dropped", "apply_then_drop"),
    FaultCase("applied, reset", "apply_then_reset"),
    FaultCase("applied, reply cut", "cut_json"),
    FaultCase("500 before", "500_before"),
    FaultCase("applied, 500", "apply_then_500"),
    FaultCase("503", "503_plain"),
    FaultCase("applied, 503", "503_plain", {"apply": True}),
    FaultCase("HTML 502", "html_body"),
    FaultCase("applied, HTML 502", "html_body", {"apply": True}),
    FaultCase("HTML 404", "html_body", {"status": 404}),
    FaultCase("applied, HTML 404", "html_body", {"apply": True, "status": 404}),
    FaultCase("applied, HTML 200", "html_body", {"apply": True, "status": 200}),
    FaultCase("slow, applied late", "slow", {"seconds": LONGER_THAN_THE_CLIENT_WAITS}),
    FaultCase("applied, reply late", "slow", {"seconds": LONGER_THAN_THE_CLIENT_WAITS, "apply": True}),
    FaultCase("held, applied after a look-up", "hold", cure=released_after_a_look_up),
    FaultCase("element missing", "missing_element", {"element": 1}),
)
KNOWN_EFFECT = (
    FaultCase("401", "401", effect_unknown=False),
    FaultCase("403", "403", cure=a_minute_later, effect_unknown=False),
    FaultCase("revoked", "revoked", cure=reconnected, effect_unknown=False),
    FaultCase("day limit", "day_limit", cure=next_day, effect_unknown=False),
    FaultCase("minute limit", "minute_429", effect_unknown=False),
    FaultCase("five at once", "concurrent_429", effect_unknown=False),
    FaultCase("app's minute", "appminute_429", effect_unknown=False),
)
