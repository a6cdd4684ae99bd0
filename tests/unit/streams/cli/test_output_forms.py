"""The forms of what commands print: JSON and CSV alone on standard output, the same exit codes."""

import csv
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from mappers.model import Company
from streams.cli.main import build
from streams.cli.xero.connect import COLUMNS, _rows
from tests.unit.config.environments import complete

PROFILE = Path(__file__).parents[4] / "deploy" / "demo" / "profile.toml"
NOWHERE = "127.0.0.1:1"
FORMS: dict[str, Callable[[str], list[dict[str, str | None]]]] = {
    "json": json.loads,
    "csv": lambda text: [{key: value or None for key, value in row.items()} for row in csv.DictReader(StringIO(text))],
}


def run(*arguments: str, **environ: str) -> Result:
    return CliRunner(env=complete(PROFILE=str(PROFILE), **environ)).invoke(build(), arguments)


@pytest.mark.parametrize("form", FORMS)
def test_check_config_has_a_row_for_each_setting_fact_and_company(form: str) -> None:
    done = run("check-config", "--output", form)
    assert done.exit_code == 0, done.output
    rows = FORMS[form](done.stdout)
    assert {row["kind"] for row in rows} == {"setting", "fact", "company"}
    values = {row["name"]: row["value"] for row in rows}
    assert values["SHIPLEDGER_XERO__CLIENT_SECRET"] == "********"
    assert (values["southern-beef"] or "").startswith("invoice as DRAFT in ")
    assert "in order: " in done.stderr


@pytest.mark.parametrize("form", [*FORMS, "table", "text"])
def test_the_doctor_ends_alike_in_every_form(form: str, tmp_path: Path) -> None:
    done = run(
        *("doctor", "--output", form),
        KAFKA__BOOTSTRAP_SERVERS=NOWHERE,
        XERO__ALLOW_TEST_HOST="true",
        XERO__BASE_URL=f"http://{NOWHERE}",
        XERO__TOKEN_URL=f"http://{NOWHERE}/connect/token",
        DATA_DIR=str(tmp_path),
    )
    assert done.exit_code == 1
    # A table breaks its lines where the longest address leaves room.
    assert "nothing listens there" in " ".join(done.stdout.split())
    if form in FORMS:
        states = {row["subject"]: row["state"] for row in FORMS[form](done.stdout)}
        assert (states["data folder"], states["kafka"], states["connection default"]) == ("ok", "fail", "fail")


def test_connect_has_a_row_for_each_company_and_each_organisation_that_serves_none() -> None:
    companies = [Company(id="beef", organisation="AA"), Company(id="dairy", organisation="bb")]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in _rows({"aa": "Beef Ltd", "cc": "Else Ltd"}, companies)]
    assert [(each["company"], each["organisation"], each["name"], each["answer"]) for each in rows] == [
        ("beef", "aa", "Beef Ltd", "connected"),
        ("dairy", "bb", None, "missing"),
        (None, "cc", "Else Ltd", "connected"),
    ]
