"""A Prometheus beside the demo, where one is installed: it scrapes the worker and has the alerts loaded."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.kafka import LOOPBACK, bound_to_this_process

RULES = Path(__file__).parents[1] / "prometheus/rules"
HOW_TO_GET_IT = "not installed; as root: deploy/install/system-parts.sh promtool, then start the demo again"
_STOP_SECONDS = 5.0


def is_installed() -> bool:
    """Whether there is one on this machine."""
    return shutil.which("prometheus") is not None


@contextmanager
def scraping(targets: list[str], folder: Path, port: int) -> Iterator[str]:
    """Run one that scrapes `targets` (host:port) each second, with its data and log in `folder`; its address."""
    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "prometheus.yml"
    configuration.write_text(_configuration(targets), encoding="utf-8")
    command = [
        shutil.which("prometheus") or "prometheus",
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
        "--log.level=warn",
    ]
    with (folder / "prometheus.log").open("ab") as log:
        process = subprocess.Popen(
            bound_to_this_process(command), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _configuration(targets: list[str]) -> str:
    listed = ", ".join(f"'{each}'" for each in targets)
    return f"""\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files:
  - '{RULES}/*.yml'
scrape_configs:
  - job_name: shipledger
    static_configs:
      - targets: [{listed}]
"""
