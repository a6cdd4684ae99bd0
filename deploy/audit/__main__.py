"""`python -m deploy.audit PIP_AUDIT LOCK…`: exit code 1 where a dependency has a vulnerability that is not accepted.

Where no database of vulnerabilities can be reached that is said, and is no failure: a build must not depend on it.
`SHIPLEDGER_AUDIT=required` makes it one, for a release.
"""

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.audit.verdict import Verdict, judge, read_accepted

SERVICES = ("pypi", "osv")
SECONDS = 600.0
_ACCEPTED = Path(__file__).with_name("accepted.toml")


def main(tool: str, locks: Sequence[str]) -> int:
    """Ask one database after the other until one has looked something up."""
    accepted = read_accepted(_ACCEPTED.read_text(encoding="utf-8"))
    why = []
    for service in SERVICES:
        report, trouble = _report(tool, service, locks)
        try:
            verdict = judge(report, accepted, dt.datetime.now(dt.UTC).date())
        except (ValueError, KeyError):
            why.append(f"{service}: {trouble or 'no report'}")
            continue
        if verdict.audited:
            return _told(verdict)
        why.append(f"{service}: knows none of the {verdict.skipped} packages")
    required = os.environ.get("SHIPLEDGER_AUDIT") == "required"
    print(f"Not audited: no database of vulnerabilities can be reached from here ({'; '.join(why)}).")
    return 1 if required else 0


def _told(verdict: Verdict) -> int:
    for line in (*verdict.accepted, *verdict.found):
        print(line)
    print(f"Audited: {verdict.audited} packages, {len(verdict.found)} vulnerabilities to cure.")
    if verdict.skipped:
        print(f"Not audited: {verdict.skipped} packages, of which the database knows nothing.")
    return 1 if verdict.found else 0


def _report(tool: str, service: str, locks: Sequence[str]) -> tuple[str, str]:
    """The report, and the last line of what went wrong."""
    given = [part for lock in locks for part in ("--requirement", lock)]
    command = [tool, "--vulnerability-service", service, "--require-hashes", "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(
            [*command, "--progress-spinner", "off", "--timeout", "15", *given],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "", f"no answer within {SECONDS:.0f} s"
    return done.stdout, (done.stderr.strip().splitlines() or [""])[-1][:200]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
