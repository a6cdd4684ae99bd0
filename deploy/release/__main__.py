"""`python -m deploy.release CYCLONEDX VERSION`: each step is said; nothing is published."""

import datetime as dt
import shutil
import sys
import tempfile
from pathlib import Path

from deploy.release import artefacts, changelog
from deploy.release.failure import ReleaseFailedError
from deploy.release.tree import Tree
from deploy.release.version import Version, check

DIST = "dist"


def main(tool: str, wanted: str) -> int:
    """Release the clone of the working directory. Returns the exit code."""
    try:
        _release(Tree(Path.cwd()), Path(tool), Version.of(wanted), dt.datetime.now(dt.UTC).date())
    except ReleaseFailedError as failure:
        print(f"Nothing was released. {failure}", file=sys.stderr)
        return 1
    return 0


def _release(tree: Tree, tool: Path, version: Version, day: dt.date) -> None:
    text = tree.changelog()
    tree.check(version)
    check(version, tree.version(), changelog.released_last(text), changelog.sections(text))
    print(f"Releasing {version}: everything is committed, and the version may follow")
    made_at = int(tree.git("show", "--no-patch", "--format=%ct", "HEAD"))
    try:
        for step in tree.write(version, day):
            print(f"  wrote {step}")
        dist = _made(tree, tool, version, made_at)
        tree.git("add", "--all")
        tree.git("commit", "--quiet", "--message", f"Release {version}")
    except BaseException:
        # A Ctrl-C too leaves the clone as it was.
        tree.restore()
        raise
    tree.git("tag", "--annotate", "--message", f"Shipledger {version}", f"v{version}")
    print(f"  committed, and tagged v{version}, here only")
    if "https://shipledger.example/" in (tree.root / "pyproject.toml").read_text(encoding="utf-8"):
        print("  its addresses are still examples: see [project.urls] of pyproject.toml")
    print(f"Nothing is published. Look at `git show` and {dist}; then push the commit with its tag, and upload what is")
    print(f"in {dist}. To take it back: git tag -d v{version} && git reset --hard HEAD~1")


def _made(tree: Tree, tool: Path, version: Version, made_at: int) -> Path:
    """The folder with all that a release consists of; it is there whole or not at all."""
    with tempfile.TemporaryDirectory() as name:
        source, scratch, into = (Path(name) / each for each in ("source", "scratch", "into"))
        for folder in (source, scratch, into):
            folder.mkdir()
        tree.export(source)
        for step in artefacts.make(source, scratch, into, version, tool, made_at):
            print(f"  made {step}")
        dist = tree.root / DIST / str(version)
        shutil.rmtree(dist, ignore_errors=True)
        shutil.copytree(into, dist)
    return dist


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
