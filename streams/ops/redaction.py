"""What may stand in a log line: no secrets, no control characters, nothing endless (OWASP ASVS 5.0 16.2.5, 16.4.1)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, MutableMapping
from functools import lru_cache

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
# One run of characters without an end that has to be found: a pattern with the dots inside begins anew at each "eyJ",
# and takes time that grows with the square of the text. The beginning of a token is as secret as the whole.
_JWT = re.compile(r"\beyJ[\w.-]{13,}")
_LONGEST_KEY = 200
# Control, format (bidi marks, zero width), surrogates, line and paragraph separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Redactor:
    """A structlog processor: known secrets and whatever looks like one are blanked, unsafe characters escaped."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """`secrets`: the exact values of this process, longest replaced first."""
        known = sorted({each for each in secrets if len(each) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = tuple(known)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None
        self._longest_secret = max(map(len, (*known, "Bearer " + REDACTED)))

    def __call__(
        self, _logger: WrappedLogger, _method: str, event: MutableMapping[str, object]
    ) -> MutableMapping[str, object]:
        """Return the line with every value made safe; private keys of structlog (`_…`) are left alone."""
        if self._is_harmless(event):
            return event
        return {key: value if key.startswith("_") else self._field(key, value) for key, value in event.items()}

    def _is_harmless(self, event: Mapping[str, object]) -> bool:
        """Whether there is plainly nothing to make safe, as in nearly every line: its texts are looked at in one go."""
        texts: list[str] = []
        for key, value in event.items():
            if isinstance(value, str):
                texts.append(value)
                if len(value) > LONGEST_VALUE:
                    return False
            elif not (value is None or isinstance(value, bool | float) or _is_small(value) or value == []):
                return False
            if key == "exception" or _names_secret(key):
                return False
        together = " ".join(texts)
        return together.isascii() and together.isprintable() and not self._may_hold_secret(together)

    def text(self, value: str, *, longest: int = LONGEST_VALUE, keep: str = "") -> str:
        """`value` without secrets, unsafe characters escaped except those in `keep`, cut at `longest` characters."""
        # The length first: what is far behind the cut is not even searched.
        near = value[: 2 * (longest + self._longest_secret)]
        hidden = self._without_secrets(near) if self._may_hold_secret(near) else near
        length = len(hidden) + len(value) - len(near)
        # The last secret in what was searched may be without its end, and so was not known.
        shown = hidden if len(near) == len(value) else hidden[: -self._longest_secret]
        cut = shown if len(shown) == length <= longest else f"{shown[:longest]}… ({length} characters)"
        return cut if cut.isascii() and cut.isprintable() else "".join(_escaped(each, keep) for each in cut)

    def _may_hold_secret(self, value: str) -> bool:
        """Whether it is worth a search: nearly no value is, and there are a dozen in a line."""
        if "eyJ" in value:
            return True
        lower = value.casefold()
        return "bearer" in lower or "basic" in lower or any(each in value for each in self._secrets)

    def _without_secrets(self, value: str) -> str:
        hidden = self._known.sub(REDACTED, value) if self._known is not None else value
        return _JWT.sub(REDACTED, _BEARER.sub(rf"\1 {REDACTED}", hidden))

    def _field(self, key: str, value: object, depth: int = 0) -> object:
        if key == "exception" and isinstance(value, str):
            return self.text(value, longest=LONGEST_TRACEBACK, keep="\n\t")
        if _names_secret(key) and value not in (None, "", True, False):
            return REDACTED
        return self._value(value, depth)

    def _value(self, value: object, depth: int) -> object:
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            # The JSON writer knows 64 bits only.
            return value if abs(value) <= LARGEST_INTEGER else _shown(value)
        if depth >= DEEPEST:
            return "…"
        if isinstance(value, Mapping):
            pairs = list(value.items())[:MOST_ENTRIES]
            named = ((_shown(key), each) for key, each in pairs)
            return {self.text(key): self._field(key, each, depth + 1) for key, each in named}
        if isinstance(value, list | tuple | set | frozenset):
            return [self._value(each, depth + 1) for each in list(value)[:MOST_ENTRIES]]
        return self.text(value if isinstance(value, str) else _shown(value))


def _is_small(value: object) -> bool:
    return isinstance(value, int) and abs(value) <= LARGEST_INTEGER


def _names_secret(key: str) -> bool:
    """Whether the field's name says that its value is secret; one longer than any of ours is not searched for it."""
    return len(key) > _LONGEST_KEY or _is_secret_name(key)


@lru_cache(maxsize=512)
def _is_secret_name(key: str) -> bool:
    """The names of our fields are few."""
    return _SECRET_KEY.search(key) is not None


def _shown(value: object) -> str:
    """As text. A line of the log must not fail for what is in it, and Python refuses integers of 4,300 digits, also
    within others' texts (CVE-2020-10735).
    """
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    try:
        return str(value)
    except Exception:  # noqa: BLE001  # Any object may be logged, and its text may be anybody's code.
        size = f" of {value.bit_length()} bits" if isinstance(value, int) else ""
        return f"<{type(value).__name__}{size}, which cannot be shown>"


def _escaped(character: str, keep: str) -> str:
    if character in keep or unicodedata.category(character) not in _UNSAFE:
        return character
    return character.encode("unicode_escape").decode("ascii")
