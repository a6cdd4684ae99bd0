"""A cause, its shipments, since when, how much money, and who does what about it."""

from dataclasses import dataclass
from enum import StrEnum

from mappers.model.shipment_log import Affected, Cause


class Place(StrEnum):
    """Where a cause is removed."""

    SHIPPING = "shipping"
    XERO = "xero"
    PROFILE = "profile"
    CONNECTION = "connection"
    SUPPORT = "support"
    NOTHING = "nothing"
    """Nothing is to be done: time, or Xero, removes it."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """Who removes a cause (in the words of docs/errors.md), where, and how."""

    who: str
    where: tuple[Place, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The item values, in one currency, of those shipments under a cause whose value can be read."""

    currency: str
    amount: str
    shipments: int


@dataclass(frozen=True, slots=True)
class CauseLife:
    """What became of a cause since its first shipment came under it. Times are RFC 3339 in UTC.

    `came` shipments came under it, `left` went on, each as often as it happened; of those that went on `released` were
    asked for again by Shipledger itself.
    """

    opened_at: str
    last_seen_at: str
    came: int
    left: int
    released: int


@dataclass(frozen=True, slots=True)
class ResolvedCause:
    """A cause under which no shipment stands any more."""

    cause: Cause
    life: CauseLife
    resolved_at: str
    message: str


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """A cause and its shipments: `count` is of all of them, `shipments` may be the first by id.

    `xero_url` is the page in Xero where it is removed, None where there is none. `resume_at` is when the last of the
    shipments listed goes on by itself, None where one does not.
    """

    cause: Cause
    count: int
    shipments: tuple[Affected, ...]
    life: CauseLife
    remedy: Remedy
    blocked: tuple[Blocked, ...] = ()
    xero_url: str | None = None
    resume_at: str | None = None


@dataclass(frozen=True, slots=True)
class AttentionPage:
    """Some of a company's causes, the most frequent first. `total` is how many there are; `next` where to go on."""

    causes: tuple[CauseGroup, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class AffectedPage:
    """Some of the shipments under one cause, by id.

    `count` is how many there are, `total` how many causes the company has; `next` is where to go on.
    """

    shipments: tuple[Affected, ...]
    count: int
    total: int
    next: str | None
