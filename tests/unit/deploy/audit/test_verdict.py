"""What an audit comes to: found, accepted with a reason for a time, or not looked up at all."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.audit.verdict import Accepted, judge, read_accepted

TODAY = dt.date(2026, 11, 26)
HOLE = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.0"]}
CLEAN = {"name": "orjson", "version": "3", "vulns": []}
SKIPPED = {"name": "uv", "skip_reason": "Dependency not found"}
BAD = {"name": "h11", "version": "1.0", "vulns": [HOLE]}
EXCUSE = Accepted("CVE-1", "not called", dt.date(2026, 11, 26))
ROOT = Path(__file__).parents[4]


def report(*packages: Mapping[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_vulnerability_is_named_with_its_cure() -> None:
    verdict = judge(report(CLEAN, BAD), (), TODAY)
    assert verdict.found == ("h11 1.0 has PYSEC-1 (CVE-1); cured in 2.0: raise it, and run make lock",)
    assert (verdict.audited, verdict.skipped) == (2, 0)


def test_an_accepted_one_passes_by_any_of_its_names_until_its_day() -> None:
    assert judge(report(BAD), (EXCUSE,), TODAY).found == ()
    assert judge(report(BAD), (EXCUSE,), TODAY).accepted
    assert judge(report(BAD), (EXCUSE,), TODAY + dt.timedelta(days=1)).found


def test_what_was_not_looked_up_is_not_called_clean() -> None:
    assert judge(report(SKIPPED, SKIPPED), (), TODAY).audited == 0


@pytest.mark.parametrize("entry", ['id = "A"', 'id = "A"\nreason = " "\nuntil = 2027-01-01', 'id = "A"\nreason = "b"'])
def test_nothing_is_accepted_without_a_reason_and_a_day(entry: str) -> None:
    with pytest.raises(ValueError, match="reason and a day"):
        read_accepted(f"[[accepted]]\n{entry}\n")


def test_our_own_list_can_be_read() -> None:
    read_accepted((ROOT / "deploy" / "audit" / "accepted.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("output", "required", "code", "words"),
    [
        (report(BAD), "", 1, "1 vulnerabilities to cure"),
        (report(CLEAN, SKIPPED), "", 0, "Not audited: 1 packages"),
        (report(SKIPPED), "", 0, "Not audited: no database"),
        (report(SKIPPED), "required", 1, "Not audited: no database"),
        ("", "", 0, "Could not connect"),
    ],
)
def test_the_command_fails_for_what_was_found_and_not_for_being_offline(
    tmp_path: Path, output: str, required: str, code: int, words: str
) -> None:
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{output}\nEND\necho 'Could not connect' >&2\nexit 1\n")
    tool.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.audit", str(tool), "any.lock"],
        env={"PATH": os.environ["PATH"], "SHIPLEDGER_AUDIT": required},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, words in done.stdout) == (code, True), done.stdout + done.stderr
