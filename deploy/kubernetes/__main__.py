"""Write the PrometheusRule of the production overlay from deploy/prometheus/rules: `python -m deploy.kubernetes`."""

from pathlib import Path

RULES = Path(__file__).parents[1] / "prometheus/rules"
TARGET = Path(__file__).parent / "overlays/production/prometheus-rule.yaml"
_GROUPS = "groups:\n"
_HEAD = """\
# Made from deploy/prometheus/rules by `python -m deploy.kubernetes`; change the rules there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: shipledger
spec:
  groups:
"""


def rendered() -> str:
    """The groups of all files in one manifest, with the comments they have."""
    return _HEAD + "".join(_inner(path.read_text(encoding="utf-8")) for path in sorted(RULES.glob("*.yml")))


def _inner(rules: str) -> str:
    """The text of a file's groups as it stands in the manifest. Only indented: reading YAML is for the tests."""
    comment, found, groups = rules.partition(_GROUPS)
    if not found:
        raise ValueError(f"no line {_GROUPS!r}")
    lines = [f"  {line}" for line in comment.splitlines()] + groups.splitlines()
    return "".join(f"  {line}\n" if line else "\n" for line in lines)


if __name__ == "__main__":
    TARGET.write_text(rendered(), encoding="utf-8")
