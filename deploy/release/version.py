"""Versions, and how far a release has to move them."""

import re
from collections.abc import Collection
from typing import NamedTuple, Self

from deploy.release.failure import ReleaseFailedError

_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)
# Of Keep a Changelog. What only repairs needs no new minor version.
_REPAIRS = frozenset({"Fixed", "Security"})
_BREAKS = frozenset({"Removed"})


class Version(NamedTuple):
    """Semantic Versioning without pre-releases."""

    major: int
    minor: int
    patch: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises ReleaseFailedError for anything but MAJOR.MINOR.PATCH."""
        read = _VERSION.fullmatch(text)
        if read is None:
            raise ReleaseFailedError(f"{text!r} is no version; name one as VERSION=1.2.3.")
        return cls(*map(int, read.groups()))

    def __str__(self) -> str:
        return ".".join(map(str, self))

    @property
    def line(self) -> str:
        """`MAJOR.MINOR`, whose contracts are kept."""
        return f"{self.major}.{self.minor}"


def least_after(released: Version, sections: Collection[str]) -> Version:
    """The least version that may follow, of what the changelog's sections say has changed.

    Before 1.0 a minor version may break what was there (Semantic Versioning, item 4).
    """
    if set(sections) & _BREAKS and released.major > 0:
        return Version(released.major + 1, 0, 0)
    if set(sections) <= _REPAIRS:
        return Version(released.major, released.minor, released.patch + 1)
    return Version(released.major, released.minor + 1, 0)


def check(version: Version, present: Version, released: Version | None, sections: Collection[str]) -> None:
    """Whether the version may be the next. `present` is what the code says, `released` what was released last.

    Raises ReleaseFailedError.
    """
    if version < present:
        raise ReleaseFailedError(f"{version} is older than {present}, which pyproject.toml says already.")
    if released is None:
        return
    least = least_after(released, sections)
    if version < least:
        changed = ", ".join(sorted(sections))
        raise ReleaseFailedError(f"{version} is too little after {released}: {changed} ask for {least} or later.")
