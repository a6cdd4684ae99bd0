"""`shipledger simulator`: a file that cannot be followed ends it before it listens."""

from pathlib import Path

from typer.testing import CliRunner

from streams.cli.main import build


def test_a_fault_in_the_facts_is_told_and_nothing_is_started(tmp_path: Path) -> None:
    facts = tmp_path / "xero-facts.toml"
    facts.write_text('[tax_default]\nanswer = "nobody"')
    result = CliRunner().invoke(build(), ["simulator", "--port", "0", "--facts", str(facts)])
    assert result.exit_code != 0
    told = f"{result.output} {result.exception}"
    assert "The simulator cannot run" in told
    assert "switch 'tax_default' is one of account, item, not 'nobody'" in told
