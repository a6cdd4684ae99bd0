"""A library of compression that does not work is said at the start and by the doctor, before any record meets it."""

import os
import subprocess
import sys
from pathlib import Path

from config.settings import Settings
from streams.cli.doctor import examine
from tests.unit.config.environments import complete

PROFILE = Path(__file__).parents[4] / "deploy" / "demo" / "profile.toml"
WITHOUT_LIBRARY = "import sys; sys.modules['cramjam'] = None; from streams.cli.main import main; main()"


def test_a_worker_that_could_not_read_what_senders_compress_does_not_start(tmp_path: Path) -> None:
    base = {name: value for name, value in os.environ.items() if not name.startswith("SHIPLEDGER_")}
    environ = base | complete(PROFILE=str(PROFILE), DATA_DIR=str(tmp_path / "data"))
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_LIBRARY, "worker"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "Records compressed so could not be read (snappy: " in said
    assert "install the package cramjam" in said
    assert "gzip" not in said
    assert not (tmp_path / "data").exists()


def test_the_doctor_names_what_can_be_read(tmp_path: Path) -> None:
    settings = Settings.load(complete(DATA_DIR=str(tmp_path)))
    findings = examine(settings, ())
    found = {finding.subject: finding for finding in (next(findings), next(findings))}
    assert found["compression"].ok
    assert found["compression"].details == "gzip, snappy, lz4, zstd can be read"
