"""One Apache Kafka node on this machine, for the demo, the tests and development."""

import asyncio
import base64
import os
import random
import subprocess
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Self

from deploy.kafka.errors import LocalKafkaError
from deploy.kafka.jars import ensure_jars
from deploy.kafka.java import Java, find_java
from deploy.kafka.parent_death import bound_to_this_process
from deploy.kafka.ports import free_ports, is_free
from deploy.kafka.properties import Ports, recorded_ports, render
from deploy.kafka.readiness import wait_until_answering

VOTERS = "controller.quorum.voters"
_LOG_LINES_SHOWN = 20


class LocalKafka:
    """A broker whose whole state lies in one folder: settings, topics, log and pid.

    The folder is formatted at its first start and keeps its ports, so a later start, of this object or of another one
    on the same folder, continues where the last one ended. The broker is a process of its own session (a Ctrl-C in
    the terminal does not reach it) that does not outlive the process that started it (see `parent_death.py`).
    """

    scram_users: Mapping[str, str] = MappingProxyType({})
    """Passwords (SCRAM-SHA-512) by name, that a secured broker knows from its first start on."""

    def __init__(
        self,
        data_dir: Path,
        *,
        environment: Mapping[str, str] = os.environ,
        ports: Ports | None = None,
        settings: Mapping[str, str] | None = None,
        cluster_id: str | None = None,
        start_seconds: float = 60.0,
        stop_seconds: float = 20.0,
    ) -> None:
        """`ports` are chosen free, below 32768, where neither they nor the folder's own are given.

        `settings` replace those of `server.properties`. A node of several has their fixed list of voters among them,
        and their common `cluster_id`.
        """
        self.data_dir = data_dir.absolute()
        self.log_path = self.data_dir / "kafka.log"
        self._properties = self.data_dir / "server.properties"
        self._topics = self.data_dir / "topics"
        self._pid_file = self.data_dir / "kafka.pid"
        self._environment = environment
        self._ports = ports or recorded_ports(self._properties) or _choose_ports()
        self._settings = settings or {}
        self._cluster_id = cluster_id or new_cluster_id()
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bootstrap_servers(self) -> str:
        """`host:port`, as Kafka clients want it."""
        return self._ports.bootstrap_servers

    @property
    def pid(self) -> int | None:
        """The broker's process id, or None where it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @classmethod
    @asynccontextmanager
    async def started(cls, data_dir: Path, *, environment: Mapping[str, str] = os.environ) -> AsyncIterator[Self]:
        """Run a broker on `data_dir` for the time of a `with` block."""
        kafka = cls(data_dir, environment=environment)
        try:
            await kafka.start()
            yield kafka
        finally:
            await kafka.stop()

    async def start(self) -> None:
        """Start the broker and return when it answers; nothing is done where it runs already.

        Raises:
            LocalKafkaError: a system part is missing, the jars cannot be fetched, a port is taken, or the broker
                ended or did not answer in time (its last log lines are in the message).

        """
        if self.pid is not None:
            return
        self._process = await asyncio.to_thread(self._launch)
        if not await wait_until_answering(
            self.bootstrap_servers, is_running=lambda: self.pid is not None, seconds=self._start_seconds
        ):
            failure = self._failure()
            self.kill()
            raise failure

    async def stop(self) -> None:
        """End the broker cleanly; one that does not end in time is killed."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, self._stop_seconds)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self.kill()

    def kill(self) -> None:
        """End the broker as a crash would (SIGKILL), and return when it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._pid_file.unlink(missing_ok=True)

    async def restart(self) -> None:
        """Start the broker again on the same data and ports, after stopping it where it still runs."""
        await self.stop()
        await self.start()

    def _launch(self) -> "subprocess.Popen[bytes]":
        java = Java(find_java(self._environment), ensure_jars(self._environment))
        self._check_ports()
        self._topics.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(render(self._ports, self._topics, self._settings), encoding="utf-8")
        if not (self._topics / "meta.properties").is_file():
            self._format(java)
        process = self._spawn(java.command("kafka.Kafka", str(self._properties), log=self.log_path))
        self._pid_file.write_text(f"{process.pid}\n", encoding="utf-8")
        return process

    def _check_ports(self) -> None:
        for port in (self._ports.broker, self._ports.controller):
            if not is_free(port):
                raise LocalKafkaError(
                    "kafka_port_taken",
                    f"Port {port} of 127.0.0.1 is in use, perhaps by a broker on the same folder {self.data_dir}. "
                    "End that process, or choose another folder or port.",
                )

    def _format(self, java: Java) -> None:
        alone = () if VOTERS in self._settings else ("--standalone",)
        users = [f"SCRAM-SHA-512=[name={name},password={word}]" for name, word in self.scram_users.items()]
        known = [argument for user in users for argument in ("--add-scram", user)]
        arguments = ("format", *alone, "-t", self._cluster_id, "-c", str(self._properties), *known)
        command = java.command("kafka.tools.StorageTool", *arguments, log=self.log_path)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LocalKafkaError(
                "kafka_did_not_start",
                f"Kafka could not format {self._topics}:\n{done.stdout}{done.stderr}",
            )

    def _spawn(self, command: list[str]) -> "subprocess.Popen[bytes]":
        with (self.data_dir / "kafka.out").open("ab") as output:
            return subprocess.Popen(
                bound_to_this_process(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.data_dir,
                start_new_session=True,
            )

    def _failure(self) -> LocalKafkaError:
        ended = self.pid is None
        what = "ended at its start" if ended else f"did not answer within {self._start_seconds:g} s"
        logs = [path for path in (self.data_dir / "kafka.out", self.log_path) if path.is_file()]
        lines = [line for path in logs for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
        return LocalKafkaError(
            "kafka_did_not_start",
            f"The broker at {self.bootstrap_servers} {what}. Its log is {self.log_path}; it ends with:\n"
            + "\n".join(lines[-_LOG_LINES_SHOWN:]),
        )


def _choose_ports() -> Ports:
    free = free_ports(random.SystemRandom())
    return Ports(next(free), next(free))


def new_cluster_id() -> str:
    """22 characters of URL-safe base64 over a random UUID, as Kafka's own `random-uuid` prints them."""
    while (cluster_id := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        # Kafka's command line would take a leading dash for an option.
        continue
    return cluster_id
