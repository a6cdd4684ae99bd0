"""What may stand in a log line: no secrets, no control characters, nothing endless (OWASP ASVS 5.0 16.2.5, 16.4.1)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping

from structlog.typing import WrappedLogger

REDACTED = "[redacted]"
LONGEST_VALUE = 2_000
LONGEST_TRACEBACK = 12_000
MOST_ENTRIES = 50
DEEPEST = 6
LARGEST_INTEGER = 2**63 - 1
# Shorter "secrets" would blank out ordinary words; the settings refuse them anyway.
SHORTEST_SECRET = 4

_SECRET_KEY = re.compile(
    r"(?i)(secret|password|passwd|authorization|api_?key|private_?key|credential|(access|refresh|id|bearer)_?token|^token$)"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*")
# Control, format (bidi marks, zero width), surrogates, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Redactor:
    """A structlog processor: known secrets and whatever looks like one are blanked, unsafe characters escaped."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets`: the exact values of this process, longest replaced first."""
        known = sorted({each for each in secrets if len(each) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(
        self, _logger: WrappedLogger, _method: str, event: MutableMapping[str, object]
    ) -> MutableMapping[str, object]:
        """Return the line with every value made safe; private keys of structlog (`_…`) are left alone."""
        return {key: value if key.startswith("_") else self._field(key, value) for key, value in event.items()}

    def text(self, value: str, *, longest: int = LONGEST_VALUE, keep: str = "") -> str:
        """`value` without secrets, unsafe characters escaped except those in `keep`, cut at `longest` characters."""
        hidden = self._known.sub(REDACTED, value) if self._known is not None else value
        hidden = _JWT.sub(REDACTED, _BEARER.sub(rf"\1 {REDACTED}", hidden))
        cut = hidden if len(hidden) <= longest else f"{hidden[:longest]}… ({len(hidden)} characters)"
        return cut if cut.isascii() and cut.isprintable() else "".join(_escaped(each, keep) for each in cut)

    def _field(self, key: str, value: object, depth: int = 0) -> object:
        if key == "exception" and isinstance(value, str):
            return self.text(value, longest=LONGEST_TRACEBACK, keep="\n\t")
        if _SECRET_KEY.search(key) and value not in (None, "", True, False):
            return REDACTED
        return self._value(value, depth)

    def _value(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            # The JSON writer knows 64 bits only.
            return value if abs(value) <= LARGEST_INTEGER else str(value)
        if depth >= DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            pairs = list(value.items())[:MOST_ENTRIES]
            return {self.text(str(key)): self._field(str(key), each, depth + 1) for key, each in pairs}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(each, depth + 1) for each in list(value)[:MOST_ENTRIES]]
        return self.text(value if isinstance(value, str) else _shown(value))


def _shown(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _escaped(character: str, keep: str) -> str:
    if character in keep or unicodedata.category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode("ascii")
