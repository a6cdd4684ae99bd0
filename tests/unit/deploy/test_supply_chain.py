"""What is fetched is named by its hash, and the list of what is watched for newer versions is a true one."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_of_a_lock_has_a_version_and_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
    packages = [each for each in entries if not each.startswith("#")]
    assert [each.split("\n")[0] for each in packages if "--hash=sha256:" not in each or "==" not in each] == []
    assert packages


def test_the_tools_are_locked_too() -> None:
    assert {"dev.lock", "runtime.lock", "uv.lock", "audit.lock", "artefacts.lock"} <= {path.name for path in LOCKS}


def test_npms_lock_has_the_hash_of_each_package_and_names_no_place() -> None:
    lock = json.loads((ROOT / "tests/artefacts/asyncapi/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert len(packages) > 100
    assert [name for name, each in packages.items() if not each.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, each in packages.items() if "resolved" in each] == []


def test_nothing_is_installed_without_its_hash() -> None:
    """But for our own package, which comes from this folder."""
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "deploy" / "install").glob("*.sh"))
    installs = [
        line.strip() for line in scripts.splitlines() if re.search(r'pip\b.*\binstall\b|"\$\{pip\[@\]\}"', line)
    ]
    unchecked = [line for line in installs if "--require-hashes" not in line and not line.startswith("pip=(")]
    assert len(installs) >= 5
    assert [line for line in unchecked if "-e ." not in line] == []


def test_newer_versions_are_looked_for_where_there_are_any() -> None:
    rules: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))
    files = {"pip": "pyproject.toml", "maven": "pom.xml", "npm": "package-lock.json"}
    watched = [(each["package-ecosystem"], each["directory"]) for each in rules["updates"]]
    assert [each for each in watched if not (ROOT / each[1].lstrip("/") / files[each[0]]).exists()] == []
    assert {name for name, _ in watched} == set(files)
