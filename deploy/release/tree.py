"""The clone: what is in it, where the version stands, and what a release writes."""

import datetime as dt
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from deploy.release import changelog
from deploy.release.failure import ReleaseFailedError
from deploy.release.version import Version

# Where the version stands, and in which words.
PLACES = {
    "pyproject.toml": r'^version = "(\S+)"$',
    "deploy/image/Dockerfile": r"^ARG VERSION=(\S+)$",
    "deploy/kubernetes/overlays/production/kustomization.yaml": r"^ +newTag: (\S+)$",
}
_SCHEMAS = "docs/schemas"
_CHANGES = """\
# What a reader or a sender that keeps to the schemas of {line} meets differently today, each on purpose and with its
# reason. A test compares: what is not here may not change, and what is here must have changed.
"""


class Tree:
    """A clone's working tree."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        """What git says. Raises ReleaseFailedError with its words."""
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise ReleaseFailedError(f"git {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout.strip()

    def check(self, version: Version) -> None:
        """Whether this version can be released from here. Raises ReleaseFailedError."""
        if changed := self.git("status", "--porcelain"):
            raise ReleaseFailedError(f"There are changes that are not committed; commit or remove them:\n{changed}")
        if self.git("tag", "--list", f"v{version}"):
            raise ReleaseFailedError(f"There is a tag v{version} already.")
        found = {place: self._version_in(place) for place in PLACES}
        if len(set(found.values())) > 1:
            listed = ", ".join(f"{place} {each}" for place, each in found.items())
            raise ReleaseFailedError(f"The version is not the same everywhere: {listed}.")

    def version(self) -> Version:
        """What the code says it is."""
        return Version.of(self._version_in("pyproject.toml"))

    def changelog(self) -> str:
        """Its text."""
        return self._read("CHANGELOG.md")

    def write(self, version: Version, day: dt.date) -> Iterator[str]:
        """Write the version everywhere; says what was written."""
        for place, pattern in PLACES.items():
            self._write(place, _replaced(self._read(place), pattern, str(version)))
            yield f"{place}: {version}"
        self._write("CHANGELOG.md", changelog.released(self.changelog(), version, day))
        yield f"CHANGELOG.md: Unreleased is {version}, {day.isoformat()}"
        yield from self._keep_schemas(version)

    def export(self, folder: Path) -> None:
        """Copy what git knows, as it is now."""
        for name in self.git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
            if name and (self.root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.root / name, folder / name)

    def restore(self) -> None:
        """As it was before `write`: everything was committed."""
        self.git("reset", "--quiet", "--hard")
        self.git("clean", "--quiet", "--force", "-d", f"{_SCHEMAS}/released")

    def _keep_schemas(self, version: Version) -> Iterator[str]:
        """Keep the contracts of this version, so that later ones are compared with them."""
        kept = self.root / _SCHEMAS / "released" / version.line
        if kept.exists():
            yield f"{_SCHEMAS}/released/{version.line}: was there"
            return
        kept.mkdir(parents=True)
        for schema in sorted((self.root / _SCHEMAS).glob("*.schema.json")):
            shutil.copy(schema, kept / schema.name)
        (kept / "changes.toml").write_text(_CHANGES.format(line=version.line), encoding="utf-8")
        yield f"{_SCHEMAS}/released/{version.line}: the schemas, to be compared with"

    def _version_in(self, place: str) -> str:
        found = re.search(PLACES[place], self._read(place), re.MULTILINE)
        if found is None:
            raise ReleaseFailedError(f"{place} does not say a version where one is expected ({PLACES[place]}).")
        return found[1]

    def _read(self, place: str) -> str:
        return (self.root / place).read_text(encoding="utf-8")

    def _write(self, place: str, text: str) -> None:
        (self.root / place).write_text(text, encoding="utf-8")


def _replaced(text: str, pattern: str, version: str) -> str:
    def with_version(found: re.Match[str]) -> str:
        return found[0].replace(found[1], version)

    return re.sub(pattern, with_version, text, count=1, flags=re.MULTILINE)
