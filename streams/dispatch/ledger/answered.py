"""Which requests of a shipment were answered: the newest by their whole id, the earlier ones by eight bytes each."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from uuid import UUID

from streams.dispatch.ledger.records import Row

# The newest answered requests keep their whole ids; no shipment but one that is replayed has as many.
WHOLE_IDS = 50
# So many earlier ones are told apart by a digest, in 11 bytes of the row each. Ids are SHA-1 digests themselves
# (UUIDv5): two of a thousand begin alike once in 10^13 shipments.
DIGESTS = 1000
DIGEST_BYTES = 8


@dataclass(frozen=True, slots=True)
class AnsweredRequests:
    """A bounded memory that never takes a request it has not seen for one that it has."""

    newest: tuple[UUID, ...]
    earlier: str
    """Base64 of the digests, oldest first."""

    @classmethod
    def of(cls, row: Row) -> "AnsweredRequests":
        """What the row remembers."""
        return cls(row.answered, row.answered_earlier)

    def __contains__(self, request_id: UUID) -> bool:
        return request_id in self.newest or _digest(request_id) in self._digests()

    def adding(self, request_id: UUID) -> dict[str, object]:
        """The fields of a row that remembers this one too."""
        newest = (*self.newest, request_id)
        if len(newest) <= WHOLE_IDS:
            return {"answered": newest}
        digests = [*self._digests(), *(_digest(each) for each in newest[:-WHOLE_IDS])]
        return {
            "answered": newest[-WHOLE_IDS:],
            "answered_earlier": b64encode(b"".join(digests[-DIGESTS:])).decode(),
        }

    def _digests(self) -> list[bytes]:
        stored = b64decode(self.earlier)
        return [stored[start : start + DIGEST_BYTES] for start in range(0, len(stored), DIGEST_BYTES)]


def _digest(request_id: UUID) -> bytes:
    return request_id.bytes[:DIGEST_BYTES]
