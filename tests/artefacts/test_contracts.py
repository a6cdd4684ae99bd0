"""AsyncAPI's own parser takes the document of the topics. It is npm's, and installed as its lock has it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.artefacts.tools import said, tools
from tests.contract.test_asyncapi import DOES, FILE, document

pytestmark = [pytest.mark.artefacts, pytest.mark.timeout(600)]

OWN = Path(__file__).with_name("asyncapi")
ERROR, WARNING = 0, 1


@pytest.fixture(scope="module")
def parser() -> Path:
    """The folder in which the parser and what asks it are."""
    if shutil.which("npm") is None:
        pytest.fail("AsyncAPI's parser needs Node.js with npm: install them, then run `make artefacts` again")
    folder = tools() / "asyncapi"
    wanted = (OWN / "package-lock.json").read_bytes()
    installed = folder / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != wanted:
        shutil.copytree(OWN, folder, dirs_exist_ok=True)
        said("npm", "ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund")
        installed.write_bytes(wanted)
    return folder


def parsed(parser: Path, file: Path) -> dict[str, Any]:
    script = parser / "parsed.cjs"
    shutil.copyfile(OWN / script.name, script)
    read: dict[str, Any] = json.loads(said("node", script, file))
    return read


def faults(told: dict[str, Any]) -> list[Any]:
    return [each for each in told["said"] if each["severity"] in {ERROR, WARNING}]


def test_asyncapis_own_parser_takes_it_and_finds_the_operations(parser: Path) -> None:
    told = parsed(parser, FILE)
    assert faults(told) == []
    assert {(each["action"], topic) for each in told["seen"] for topic in each["topics"]} == DOES
    assert all(message["payload"] or message["headers"] for each in told["seen"] for message in each["messages"])


def test_it_would_see_what_asyncapi_does_not_have(parser: Path, tmp_path: Path) -> None:
    broken = document()
    broken["operations"]["sendSyncOutcomes"]["action"] = "whisper"
    (tmp_path / "broken.json").write_text(json.dumps(broken), encoding="utf-8")
    assert faults(parsed(parser, tmp_path / "broken.json"))
