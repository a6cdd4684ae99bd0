"""`make release` in a clone of its own: what it makes is whole, and where it fails nothing is left."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.release.version import Version
from tests.artefacts.tools import ROOT, said

pytestmark = [pytest.mark.artefacts, pytest.mark.timeout(300)]

GIT = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.invalid",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.invalid",
}


@pytest.fixture(scope="module")
def tool() -> Path:
    return Path(said(ROOT / "deploy/install/release.sh", "--tool").strip())


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Path]:
    """What is here, committed in a repository that has no other: nothing of it can get anywhere."""
    folder = tmp_path / "clone"
    names = said("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in names:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "All of it")
    yield folder
    shutil.rmtree(folder)


def git(clone: Path, *arguments: str) -> str:
    command = ["/usr/bin/env", "git", *arguments]
    done = subprocess.run(command, cwd=clone, env=os.environ | GIT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def release(clone: Path, tool: Path | str, version: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **GIT, "PYTHONPATH": str(clone)}
    command = [sys.executable, "-m", "deploy.release", str(tool), version]
    return subprocess.run(command, cwd=clone, env=environment, check=False, capture_output=True, text=True)


def following(clone: Path) -> str:
    read = tomllib.loads((clone / "pyproject.toml").read_text(encoding="utf-8"))
    now = Version.of(read["project"]["version"])
    return f"{now.major}.{now.minor + 1}.0"


def test_a_release_is_made_whole_and_published_nowhere(clone: Path, tool: Path) -> None:
    version = following(clone)
    done = release(clone, tool, version)
    assert done.returncode == 0, done.stderr
    dist = clone / "dist" / version
    assert {each.name for each in dist.iterdir()} == {
        f"shipledger-{version}-py3-none-any.whl",
        f"shipledger-{version}.tar.gz",
        f"shipledger-{version}.cdx.json",
        "SHA256SUMS",
    }
    for line in (dist / "SHA256SUMS").read_text().splitlines():
        digest, _, name = line.partition("  ")
        assert hashlib.sha256((dist / name).read_bytes()).hexdigest() == digest
    bill = json.loads((dist / f"shipledger-{version}.cdx.json").read_text())
    assert (bill["bomFormat"], bill["metadata"]["component"]["version"]) == ("CycloneDX", version)
    lock = (clone / "requirements/runtime.lock").read_text().splitlines()
    locked = {line.partition("==")[0] for line in lock if line[:1].isalpha()}
    assert {each["name"].lower() for each in bill["components"]} == locked
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "show", "--no-patch", "--format=%s", f"v{version}^{{commit}}") == f"Release {version}"
    assert f"## [{version}] - " in (clone / "CHANGELOG.md").read_text()
    assert "Nothing is published" in done.stdout
    again = release(clone, tool, version)
    assert (again.returncode, f"a tag v{version} already" in again.stderr) == (1, True)


def test_where_a_step_fails_the_clone_is_as_before(clone: Path) -> None:
    before = git(clone, "rev-parse", "HEAD")
    failed = release(clone, "/bin/false", following(clone))
    assert (failed.returncode, "Nothing was released. false failed" in failed.stderr) == (1, True)
    assert git(clone, "rev-parse", "HEAD") == before
    assert git(clone, "status", "--porcelain") == ""
    assert git(clone, "tag") == ""
    assert not (clone / "dist").exists()


@pytest.mark.parametrize("version", ["0.0.1", "latest"])
def test_a_version_that_may_not_follow_is_refused(clone: Path, version: str) -> None:
    refused = release(clone, "/bin/false", version)
    assert (refused.returncode, refused.stderr.startswith("Nothing was released.")) == (1, True)


def test_what_is_not_committed_is_not_released(clone: Path) -> None:
    (clone / "new.txt").write_text("new")
    refused = release(clone, "/bin/false", following(clone))
    assert (refused.returncode, "not committed" in refused.stderr, "new.txt" in refused.stderr) == (1, True, True)
