"""The changelog, whose Unreleased becomes the version."""

import datetime as dt
import re

from deploy.release.failure import ReleaseFailedError
from deploy.release.version import Version

_UNRELEASED = "## [Unreleased]"
_RELEASED = re.compile(r"^## \[(\d+\.\d+\.\d+)\]", re.MULTILINE)


def released_last(text: str) -> Version | None:
    """The newest version that has a section."""
    return max((Version.of(each) for each in _RELEASED.findall(text)), default=None)


def sections(text: str) -> set[str]:
    """What Unreleased has: Added, Changed, Fixed … Raises ReleaseFailedError where nothing is in it."""
    body = _unreleased(text)
    parts = re.split(r"^### (.+)$", body, flags=re.MULTILINE)
    found = {name.strip() for name, content in zip(parts[1::2], parts[2::2], strict=True) if "- " in content}
    if not found:
        raise ReleaseFailedError("CHANGELOG.md says nothing under Unreleased, so there is nothing to release.")
    return found


def released(text: str, version: Version, day: dt.date) -> str:
    """The changelog in which Unreleased is empty, and what it had is the version's. Raises ReleaseFailedError."""
    if f"## [{version}]" in text:
        raise ReleaseFailedError(f"CHANGELOG.md has a section of {version} already.")
    body = _unreleased(text)
    return text.replace(f"{_UNRELEASED}{body}", f"{_UNRELEASED}\n\n## [{version}] - {day.isoformat()}{body}", 1)


def _unreleased(text: str) -> str:
    _, found, after = text.partition(_UNRELEASED)
    if not found:
        raise ReleaseFailedError(f"CHANGELOG.md has no section {_UNRELEASED}.")
    following = re.search(r"^## \[", after, re.MULTILINE)
    return after[: following.start()] if following else after
