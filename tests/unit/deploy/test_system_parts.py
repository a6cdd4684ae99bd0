"""What is installed on the machine is said first, and is installed only where somebody asked for it."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "install" / "system-parts.sh"
TOOLS = ("bash", "dirname", "sed", "head", "env", "cat", "true")


def run(folder: Path, user: int, environ: dict[str, str], *, sudo: bool = True) -> subprocess.CompletedProcess[str]:
    """The script on a machine that lacks Maven, whose apt-get notes what it was asked for and makes it appear."""
    bin_ = folder / "bin"
    bin_.mkdir()
    for tool in TOOLS:
        (bin_ / tool).symlink_to(next(path for each in ("/usr/bin", "/bin") if (path := Path(each, tool)).exists()))
    scripts = {
        "id": f"echo {user}",
        "java": "echo 'openjdk version \"17.0.1\"' >&2",
        "python3.11": "echo python",
        "apt-get": f'echo "$@" >> {folder}/asked; case "$*" in *install*) cp {bin_}/id {bin_}/mvn;; esac',
        "sudo": 'shift; exec "$@"' if sudo else "exit 1",
    }
    for name, script in scripts.items():
        (bin_ / name).write_text(f"#!/bin/bash\nPATH=$PATH:/bin:/usr/bin\n{script}\n")
        (bin_ / name).chmod(0o755)
    return subprocess.run(
        [str(bin_ / "bash"), str(SCRIPT)],
        env={"PATH": str(bin_), "HOME": str(folder), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def asked(folder: Path) -> str:
    path = folder / "asked"
    return path.read_text() if path.exists() else ""


@pytest.mark.parametrize(
    ("user", "environ"),
    [(0, {}), (0, {"CI": "true"}), (1000, {"CI": "true"}), (1000, {"SHIPLEDGER_APT": "yes"})],
    ids=["root", "root in CI", "CI with sudo", "asked, with sudo"],
)
def test_it_says_what_it_installs_and_does(tmp_path: Path, user: int, environ: dict[str, str]) -> None:
    done = run(tmp_path, user, environ)
    assert done.returncode == 0, done.stderr
    assert "Missing: Maven (maven). Installing by apt-get, as root: maven" in done.stdout
    assert asked(tmp_path).splitlines() == ["update -qq", "install -qq -y --no-install-recommends maven"]


@pytest.mark.parametrize(
    ("user", "sudo", "environ"),
    [
        (1000, True, {}),
        (1000, True, {"CI": "false"}),
        (0, True, {"SHIPLEDGER_APT": "no"}),
        (1000, True, {"SHIPLEDGER_APT": "no", "CI": "true"}),
        (1000, False, {"CI": "true"}),
    ],
    ids=["not asked", "no CI", "root, forbidden", "CI, forbidden", "CI without sudo"],
)
def test_it_touches_nothing_where_nobody_asked(tmp_path: Path, user: int, sudo: bool, environ: dict[str, str]) -> None:
    done = run(tmp_path, user, environ, sudo=sudo)
    assert done.returncode == 1
    assert "Install as root: apt-get install -y --no-install-recommends maven" in done.stderr
    assert asked(tmp_path) == ""


def test_where_nothing_is_missing_it_is_silent() -> None:
    """On this machine, which has run `make install`."""
    done = subprocess.run([str(SCRIPT)], env=dict(os.environ), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
