"""Xero's bad days as data: the fault a write meets, and what has to happen before the work can end."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.faults.dispatch.simulated import PLURAL, SimulatedBench
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from xero_client.port import Operation

DAY_WAIT = 71_468
LONGER_THAN_THE_CLIENT_WAITS = 0.5
Cure = Callable[[SimulatedBench, DocumentType], Awaitable[None]]


async def nothing(bench: SimulatedBench, kind: DocumentType) -> None:
    """The work ends by itself."""
    del bench, kind


async def next_day(bench: SimulatedBench, kind: DocumentType) -> None:
    """Everybody is told that they wait; not one call goes out until the day is over."""
    del kind
    await told_to_wait(bench, "out_of_quota")
    calls = len(bench.simulator.state.request_log.entries)
    bench.advance(DAY_WAIT - 600)
    # Anybody who is woken too early would call now: see SCALE.
    await bench.driven.sleep(30)
    assert len(bench.simulator.state.request_log.entries) == calls
    bench.advance(600)


async def reconnected(bench: SimulatedBench, kind: DocumentType) -> None:
    """A person connects the organisation again; the next try is at most minutes away."""
    del kind
    await told_to_wait(bench, "disconnected")
    bench.simulator.state.tokens.connect(CLIENT_ID, bench.simulator.state.clock.now())
    bench.advance(300)


async def a_minute_later(bench: SimulatedBench, kind: DocumentType) -> None:
    """A 403 rests the organisation as if its consent were gone."""
    del kind
    await told_to_wait(bench, "disconnected")
    bench.advance(60)


async def released_after_a_look(bench: SimulatedBench, kind: DocumentType) -> None:
    """The call that Xero holds is executed only after the client gave it up and looked for its effect in vain."""
    looks = bench.called(f"GET {PLURAL[kind]}") + bench.called(f"GET {PLURAL[kind]}/id")
    await bench.until(
        lambda: bench.called(f"GET {PLURAL[kind]}") + bench.called(f"GET {PLURAL[kind]}/id") >= looks + 1, 10
    )
    bench.simulator.state.faults.release()


async def told_to_wait(bench: SimulatedBench, reason: str) -> None:
    """Wait until the log of some shipment says WAITING with the reason."""
    await bench.until(lambda: any(each.waiting and each.waiting.reason == reason for each in bench.topic.outcomes), 10)


@dataclass(frozen=True)
class BadDay:
    """One fault: the simulator's kind and settings, and the cure. `doubt`: whether its effect is unknown to us."""

    name: str
    fault: str
    settings: dict[str, Any] = field(default_factory=dict)
    cure: Cure = nothing
    doubt: bool = True

    def arm(self, bench: SimulatedBench, kind: DocumentType, operation: Operation) -> Fault:
        """The next such write meets it."""
        return bench.fault(kind, operation, self.fault, **self.settings)


DOUBTFUL = (
    BadDay("dropped before", "drop_before"),
    BadDay("reset before", "reset_before"),
    BadDay("applied, dropped", "apply_then_drop"),
    BadDay("applied, reset", "apply_then_reset"),
    BadDay("applied, reply cut", "cut_json"),
    BadDay("500 before", "500_before"),
    BadDay("applied, 500", "apply_then_500"),
    BadDay("503", "503_plain"),
    BadDay("applied, 503", "503_plain", {"apply": True}),
    BadDay("HTML 502", "html_body"),
    BadDay("applied, HTML 502", "html_body", {"apply": True}),
    BadDay("applied, HTML 200", "html_body", {"apply": True, "status": 200}),
    BadDay("slow, applied late", "slow", {"seconds": LONGER_THAN_THE_CLIENT_WAITS}),
    BadDay("applied, reply late", "slow", {"seconds": LONGER_THAN_THE_CLIENT_WAITS, "apply": True}),
    BadDay("held, applied after a look in vain", "hold", cure=released_after_a_look),
    BadDay("element missing", "missing_element", {"element": 1}),
)
CERTAIN = (
    BadDay("401", "401", doubt=False),
    BadDay("403", "403", cure=a_minute_later, doubt=False),
    BadDay("revoked", "revoked", cure=reconnected, doubt=False),
    BadDay("HTML 404", "html_body", {"status": 404}, doubt=False),
    BadDay("day limit", "day_limit", cure=next_day, doubt=False),
    BadDay("minute limit", "minute_429", doubt=False),
    BadDay("five at once", "concurrent_429", doubt=False),
    BadDay("app's minute", "appminute_429", doubt=False),
)
