"""Where the documentation is read: one setting, `Documentation` of `[project.urls]` in pyproject.toml.

Runbook links of alerts and dashboards begin with it; without it, with the folder in the clone. After a change of it:
`make links`.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
RULES = ROOT / "deploy/prometheus/rules/alerts.yml"
_ELSE = re.compile(r"\{\{ else }}\S+\{\{ end }}")


def runbooks(pyproject: str) -> str:
    """The address of docs/runbooks, of the text of pyproject.toml."""
    urls: dict[str, str] = tomllib.loads(pyproject)["project"].get("urls", {})
    return f"{urls.get('Documentation', 'docs').rstrip('/')}/runbooks"


def own_runbooks() -> str:
    """The same, of this clone."""
    return runbooks((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def linked(rules: str, address: str) -> str:
    """The alert rules with links that begin with the address, where Prometheus has no label of its own for it."""
    return _ELSE.sub(lambda _: "{{ else }}" + address + "{{ end }}", rules)


if __name__ == "__main__":
    RULES.write_text(linked(RULES.read_text(encoding="utf-8"), own_runbooks()), encoding="utf-8")
