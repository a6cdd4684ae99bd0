"""The points at which a worker is killed: what it has just done, and what makes it come there."""

from dataclasses import dataclass, replace
from enum import StrEnum, auto

from tests.reliability.armed import Order


class Need(StrEnum):
    """What it takes, beside new shipments, that a worker comes to a point."""

    NOTHING = auto()
    POISON = auto()
    NEW_TOKEN = auto()
    REBALANCE = auto()
    CORRECTION = auto()
    STOP = auto()
    LOST_REQUEST = auto()


@dataclass(frozen=True)
class Point:
    """One way to come to crash point `number`."""

    number: int
    name: str
    event: str
    match: tuple[str, ...] = ()
    part: int = 0
    need: Need = Need.NOTHING

    def order(self, after: float = 0.0) -> Order:
        """Kill at it, or so many seconds later."""
        return replace(Order(self.event, self.match, part=self.part), after=after)


LEDGER, OUTCOMES = "document-ledger", "sync-outcomes"
_SENT, _ACKED, _DONE = (
    "shipledger.record_sent",
    "shipledger.transaction_acknowledged",
    "shipledger.transaction_committed",
)
_REPLY, _BODY = "shipledger.reply_begun", "http.client.send"

POINTS = (
    Point(1, "status change fetched, nothing written", "shipledger.status_change_fetched"),
    Point(1, "request fetched, nothing written", "shipledger.requests_fetched"),
    Point(2, "intent sent to the broker, unacknowledged", _SENT, (LEDGER, "intent")),
    Point(2, "request sent to the broker, unacknowledged", "shipledger.sync_request_sent"),
    Point(3, "intent durable", _DONE, ("intent",)),
    Point(4, "token renewed at Xero, not stored", "shipledger.token_received", need=Need.NEW_TOKEN),
    Point(5, "token stored", "shipledger.token_stored", need=Need.NEW_TOKEN),
    Point(6, "write half sent: its head", _BODY, part=0),
    Point(6, "write half sent: half of its body", _BODY, part=50),
    Point(7, "write sent, no reply, applied", _BODY, part=100),
    Point(7, "write sent, no reply, not applied", _BODY, part=100, need=Need.LOST_REQUEST),
    Point(8, "head of the reply read, body not", _REPLY, ("PUT", "/Invoices")),
    Point(9, "reply read, nothing journalled", "shipledger.replies_read"),
    Point(10, "answer sent to the ledger, outcome not", _SENT, (LEDGER, "answer")),
    Point(11, "outcome sent, unacknowledged", _SENT, (OUTCOMES, "answer")),
    Point(12, "outcome acknowledged, transaction open", _ACKED, ("answer",)),
    Point(12, "request acknowledged, offset not committed", "shipledger.sync_request_acknowledged"),
    Point(13, "answer committed", _DONE, ("answer",)),
    Point(14, "partitions being revoked", "shipledger.partitions_revoked", need=Need.REBALANCE),
    Point(15, "before the dead letter", "shipledger.dead_letter_due", need=Need.POISON),
    Point(15, "dead letter sent, unacknowledged", "shipledger.dead_letter_sent", need=Need.POISON),
    Point(
        15, "dead letter acknowledged, offset not committed", "shipledger.dead_letter_acknowledged", need=Need.POISON
    ),
    Point(16, "reply to a look-up half read", _REPLY, ("GET", "/Invoices"), need=Need.CORRECTION),
    Point(17, "stop begun", "shipledger.stop_begun", need=Need.STOP),
    Point(17, "drained, still in the group", "shipledger.drained", need=Need.STOP),
)
NUMBERS = tuple(sorted({point.number for point in POINTS}))

TAKE_OVER = ("begun", "fenced", "opened", "restored", "placed", "marked")
"""The steps of a take-over, arguments of `shipledger.take_over`."""
