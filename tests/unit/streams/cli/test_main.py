"""The command as an operator meets it: help, exit codes, and faults in words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import build
from tests.unit.config.environments import complete

PROFILE = Path(__file__).parents[4] / "deploy" / "demo" / "profile.toml"
COMMANDS = (
    "demo",
    "worker",
    "simulator",
    "doctor",
    "check-config",
    "connect",
    "topics create",
    "send-to-accounting",
    "log",
    "explain",
    "replay",
    "dead-letters list",
    "dead-letters redrive",
    "rates show",
    "rates forget",
)


def shipledger(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process with nothing but `environ` of the settings."""
    base = {name: value for name, value in os.environ.items() if not name.startswith("SHIPLEDGER_")}
    command = [sys.executable, "-m", "streams.cli.main", *arguments]
    return subprocess.run(command, env=base | environ, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_has_a_help(command: str) -> None:
    result = CliRunner().invoke(build(), [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_help_documents_the_exit_codes() -> None:
    told = " ".join(CliRunner().invoke(build(), ["--help"]).output.split())
    assert "65 refused, 69 nobody answers, 78 a fault in the configuration" in told


def test_a_sound_configuration_is_shown_with_its_secrets_masked() -> None:
    done = shipledger("check-config", **complete(PROFILE=str(PROFILE)))
    assert done.returncode == 0, done.stderr
    assert "SHIPLEDGER_XERO__CLIENT_SECRET=********" in done.stdout
    assert "southern-beef: invoice as DRAFT" in done.stdout
    assert "client-secret-value" not in done.stdout


@pytest.mark.parametrize("command", ["check-config", "worker", "doctor"])
def test_faults_of_the_configuration_end_with_78_and_name_every_variable(command: str) -> None:
    done = shipledger(command, SHIPLEDGER_HTTP__PORT="x")
    assert done.returncode == 78
    for name in ("KAFKA__BOOTSTRAP_SERVERS", "XERO__CLIENT_ID", "PROFILE", "HTTP__PORT", "HTTP__TOKEN"):
        assert f"SHIPLEDGER_{name}: " in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_of_the_profile_end_with_78_and_name_the_line(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text('[[company]]\nid = "a"\n')
    done = shipledger("check-config", **complete(PROFILE=str(profile)))
    assert done.returncode == 78
    assert f"{profile}:1: organisation is missing" in done.stderr


def test_the_facts_in_force_are_shown(tmp_path: Path) -> None:
    facts = tmp_path / "xero-facts.toml"
    facts.write_text('[text_length]\nanswer = "utf16"\n\n[zero_lines]\nanswer = "keep_codes"\n')
    done = shipledger("check-config", **complete(PROFILE=str(PROFILE), XERO__FACTS=str(facts)))
    assert done.returncode == 0, done.stderr
    assert "Xero's text_length: utf16 (by the file of facts; assumed is characters)" in done.stdout
    assert "Xero's lock_binds_drafts: false (as assumed)" in done.stdout
    assert "zero_lines" not in done.stdout


def test_faults_of_the_facts_and_of_the_profile_are_named_together(tmp_path: Path) -> None:
    profile, facts = tmp_path / "profile.toml", tmp_path / "xero-facts.toml"
    profile.write_text('[[company]]\nid = "a"\n')
    facts.write_text('[text_length]\nanswer = "bytes"\n')
    done = shipledger("check-config", **complete(PROFILE=str(profile), XERO__FACTS=str(facts)))
    assert done.returncode == 78
    assert f"{facts}:2: text_length: 'bytes' is not an answer; the answers are characters, utf16" in done.stderr
    assert f"{profile}:1: organisation is missing" in done.stderr


def test_wrong_usage_ends_with_2() -> None:
    assert shipledger("worker", "--role", "everything").returncode == 2
    assert shipledger("nonsense").returncode == 2


def test_a_broker_that_is_not_there_is_one_sentence() -> None:
    done = shipledger("topics", "create", SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert done.returncode == 69
    assert "No broker answers at 127.0.0.1:1 (SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_that_is_not_there_is_one_sentence() -> None:
    done = shipledger("log", "a", "b", "--url", "http://127.0.0.1:1", "--token", "t")
    assert done.returncode == 69
    assert done.stderr.splitlines()[1].startswith("No worker answers at http://127.0.0.1:1")


def test_the_help_loads_nothing_that_is_heavy() -> None:
    """`--help` and the start of every command stay quick: Kafka's clients, Faust and the SDK are loaded when needed."""
    script = (
        "import sys\nfrom streams.cli.main import build\nbuild()\n"
        "print([name for name in ('faust', 'aiokafka', 'aiohttp', 'xero_python', 'rocksdict') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
