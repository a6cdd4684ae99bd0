"""One worker process: started, watched over HTTP, and killed by its recorded process id."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp

from deploy.simulator import Simulator
from deploy.testbed.ports import free_port

TOKEN = "a-token-for-tests-only"  # noqa: S105  # It opens nothing but this process's own workers.
# The start of a process takes long where many others have the machine.
READY_SECONDS = 120.0
_KILL_SECONDS = 10.0
_END_SECONDS = 30.0


class WorkerFailedError(Exception):
    """The worker is not running, ended early, or is not ready in time; the message has the end of its log."""


@dataclass
class WorkerProcess:
    """A worker on a data folder of its own; `start` may be called again after its end, on the same folder."""

    folder: Path
    bootstrap_servers: str
    simulator: Simulator
    profile: Path
    role: str | None = None
    environment: dict[str, str] = field(default_factory=dict)
    module: tuple[str, ...] = ("streams.cli.main", "worker")
    """What `python -m` runs, with its arguments."""
    checkout: Path | None = None
    """Another checkout of the project whose worker runs, in the environment `.venv` in it; None: this one's."""

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.log_path = self.folder / "worker.log"
        self.started_at = 0.0
        self._started: subprocess.Popen[bytes] | None = None

    @property
    def process_id(self) -> int:
        """The running process's. Raises WorkerFailedError."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the process. It is not ready yet."""
        python = sys.executable if self.checkout is None else str(self.checkout / ".venv/bin/python")
        command = [python, "-m", *self.module]
        if self.role is not None:
            command += ["--role", self.role]
        with self.log_path.open("ab") as log:
            self._started = subprocess.Popen(
                command, env=self._environment(), stdout=log, stderr=log, cwd=self.checkout
            )
        self.started_at = time.monotonic()

    def kill(self) -> None:
        """SIGKILL, and reap."""
        self.send_signal(signal.SIGKILL)
        self.wait(_KILL_SECONDS)

    def send_signal(self, number: signal.Signals) -> None:
        """Any signal; the process decides what comes of it."""
        self._process.send_signal(number)

    def pause(self) -> None:
        """SIGSTOP."""
        self.send_signal(signal.SIGSTOP)

    def unpause(self) -> None:
        """SIGCONT."""
        self.send_signal(signal.SIGCONT)

    def terminate(self) -> float:
        """SIGTERM; returns the seconds until the end."""
        began = time.monotonic()
        self.send_signal(signal.SIGTERM)
        self.wait(_END_SECONDS)
        return time.monotonic() - began

    def wait(self, seconds: float) -> int:
        """The exit code. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def end(self) -> None:
        """Whatever its state: gone."""
        if self._started is not None and self._started.poll() is None:
            self._started.kill()
            self._started.wait(_KILL_SECONDS)

    async def ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until /readyz says so. Raises WorkerFailedError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise WorkerFailedError(f"the worker ended:\n{self.log_tail()}")
            if await self.is_ready():
                return
            await asyncio.sleep(0.05)
        raise WorkerFailedError(f"the worker is not ready after {seconds} s:\n{self.log_tail()}")

    async def get(self, path: str) -> Any:
        """GET an API path; the JSON of a 200. Raises aiohttp.ClientError otherwise."""
        async with self._session() as session, session.get(self.url + path, raise_for_status=True) as reply:
            return await reply.json()

    async def metrics(self) -> str:
        """The Prometheus page."""
        async with self._session() as session, session.get(self.url + "/metrics", raise_for_status=True) as reply:
            return await reply.text()

    def log_tail(self, characters: int = 4000) -> str:
        """The end of its log; empty where it never started."""
        if not self.log_path.exists():
            return ""
        return self.log_path.read_text(errors="replace")[-characters:]

    async def is_ready(self) -> bool:
        """What /readyz says now; False where nobody answers."""
        try:
            async with self._session() as session, session.get(self.url + "/readyz") as reply:
                return reply.status == HTTPStatus.OK
        except (aiohttp.ClientError, OSError):
            return False

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            headers={"Authorization": f"Bearer {TOKEN}"}, timeout=aiohttp.ClientTimeout(total=5)
        )

    @property
    def pid(self) -> int:
        """The process id of the worker that runs."""
        return self._process.pid

    @property
    def _process(self) -> "subprocess.Popen[bytes]":
        if self._started is None:
            raise WorkerFailedError("the worker was never started")
        return self._started

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHIPLEDGER_")}
        ours = {
            "KAFKA__BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "KAFKA__SESSION_TIMEOUT_SECONDS": "6",
            "KAFKA__HEARTBEAT_SECONDS": "1",
            "XERO__BASE_URL": self.simulator.base_url,
            "XERO__TOKEN_URL": self.simulator.token_url,
            "XERO__ALLOW_TEST_HOST": "true",
            "XERO__CLIENT_ID": "demo-client",
            "XERO__CLIENT_SECRET": "demo-secret",
            "PROFILE": str(self.profile),
            "HTTP__PORT": str(self.port),
            "HTTP__TOKEN": TOKEN,
            "DATA_DIR": str(self.folder / "data"),
            "LOG__FORMAT": "json",
            **self.environment,
        }
        return inherited | {f"SHIPLEDGER_{name}": value for name, value in ours.items()}
