"""The header `traceparent` (W3C Trace Context, §3.2): which trace something belongs to, and under which span."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self
from uuid import UUID

TRACEPARENT: Final = "traceparent"
# CloudEvents spells the same in binary mode with its prefix ("Distributed Tracing" extension).
_NAMES: Final = (TRACEPARENT, f"ce_{TRACEPARENT}")
_FORM: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_LONGEST: Final = 512
_SAMPLED: Final = 1


@dataclass(frozen=True, slots=True)
class TraceContext:
    """`trace_id` has 16 bytes and `span_id` 8, neither is zero; `is_sampled` says that the caller records it."""

    trace_id: int
    span_id: int
    is_sampled: bool

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What a `traceparent` says; None where it is none, as §3.2.2 tells a reader to do."""
        found = _FORM.fullmatch(text) if len(text) <= _LONGEST else None
        if found is None:
            return None
        version, trace_id, span_id, flags, more = found.groups()
        if version == "ff" or (version == "00" and more):
            return None
        ids = int(trace_id, 16), int(span_id, 16)
        return cls(*ids, is_sampled=bool(int(flags, 16) & _SAMPLED)) if all(ids) else None

    @classmethod
    def of_headers(cls, headers: Iterable[tuple[str, bytes | None]]) -> Self | None:
        """The context that a Kafka record carries; None where it carries none, or two that differ."""
        texts = {value for name, value in headers if name in _NAMES and value}
        return cls.parse(texts.pop().decode("ascii", "replace")) if len(texts) == 1 else None

    def __str__(self) -> str:
        """As version 00 of the header."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{int(self.is_sampled):02x}"


def request_span(request_id: UUID, attempt: int) -> int:
    """The span of a request: the same for whoever answers it, so that its calls can name it before it has ended."""
    digest = blake2b(request_id.bytes + attempt.to_bytes(4, "big"), digest_size=8).digest()
    return int.from_bytes(digest, "big") or 1
