"""Where the documentation is read is said once; alerts and dashboards follow."""

import json

import pytest

from deploy.grafana.committed import FILES
from deploy.links import RULES, linked, own_runbooks, runbooks

ELSEWHERE = "https://handbook.example/shipledger/runbooks"


@pytest.mark.parametrize(
    ("urls", "address"),
    [("", "docs/runbooks"), ('[project.urls]\nDocumentation = "https://handbook.example/shipledger/"', ELSEWHERE)],
)
def test_the_address_is_that_of_pyproject_else_the_folder(urls: str, address: str) -> None:
    assert runbooks(f'[project]\nname = "x"\n{urls}') == address


def test_alerts_and_dashboards_have_it() -> None:
    """After a change of pyproject.toml: `make links`."""
    rules = RULES.read_text(encoding="utf-8")
    assert linked(rules, own_runbooks()) == rules
    for path in FILES:
        variables = json.loads(path.read_text(encoding="utf-8"))["templating"]["list"]
        assert [each["query"] for each in variables if each["name"] == "runbooks"] == [own_runbooks()]


def test_every_alert_follows_another_address() -> None:
    rules = RULES.read_text(encoding="utf-8")
    moved = linked(rules, ELSEWHERE)
    assert moved.count("{{ else }}" + ELSEWHERE + "{{ end }}/Shipledger") == rules.count("runbook_url:") > 10
    assert "{{ else }}" + own_runbooks() not in moved
