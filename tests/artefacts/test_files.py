"""The Dockerfile, the compose file and the unit, each read by the program it is for or by one that judges it."""

import json
import shutil
from pathlib import Path

import pytest

from tests.artefacts.tools import DEPLOY, ROOT, run, said, tools

pytestmark = pytest.mark.artefacts

MOST_EXPOSURE = 20  # Tenths of systemd's points, of 100: "OK" ends at 40.
needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = run(tools() / "venv/bin/hadolint", DEPLOY / "image/Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_compose_reads_its_file() -> None:
    read = json.loads(said(tools() / "bin/compose-spec", "--format", "json", DEPLOY / "compose/compose.yaml"))
    services = read["services"]
    assert {"kafka", "topics", "simulator", "worker", "prometheus", "alertmanager", "grafana"} == set(services)
    waits = services["worker"]["depends_on"]["topics"]
    assert (waits["condition"], waits["required"]) == ("service_completed_successfully", True)
    assert all(services[name]["read_only"] for name in ("topics", "simulator", "worker"))


def test_compose_would_see_a_field_that_there_is_not(tmp_path: Path) -> None:
    spoilt = tmp_path / "compose.yaml"
    spoilt.write_text((DEPLOY / "compose/compose.yaml").read_text().replace("read_only:", "readonly:"))
    done = run(tools() / "bin/compose-spec", spoilt)
    assert done.returncode != 0
    assert "readonly" in done.stdout + done.stderr


def test_docker_reads_the_compose_file() -> None:
    if shutil.which("docker") is None or run("docker", "compose", "version").returncode != 0:
        pytest.skip("Docker has no compose here; Compose's own loader is asked above")
    said("docker", "compose", "--file", DEPLOY / "compose/compose.yaml", "config", "--quiet")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, whose command is the clone's: systemd looks whether there is one."""
    copy = tmp_path / "shipledger.service"
    text = (DEPLOY / "systemd/shipledger.service").read_text()
    copy.write_text(text.replace("/opt/shipledger/bin/", f"{ROOT}/.venv/bin/"))
    return copy


@needs_systemd
def test_systemd_finds_nothing_in_the_unit(unit: Path) -> None:
    done = run("systemd-analyze", "verify", unit)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_systemd_would_see_a_setting_that_there_is_not(unit: Path) -> None:
    unit.write_text(unit.read_text().replace("MemoryMax=", "MemoryMost="))
    assert "MemoryMost" in run("systemd-analyze", "verify", unit).stderr


@needs_systemd
def test_the_unit_leaves_the_worker_little_to_do_harm_with(unit: Path) -> None:
    done = run("systemd-analyze", "security", "--offline=true", f"--threshold={MOST_EXPOSURE}", unit)
    assert done.returncode == 0, done.stdout[-300:]
