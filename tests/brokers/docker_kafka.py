"""The same broker in a container, for machines where a Docker engine answers.

Docker's and Testcontainers' packages are imported only where there is an engine to talk to.
"""

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.kafka.jars import KAFKA_VERSION
from deploy.kafka.ports import free_ports
from deploy.kafka.properties import Ports, render
from deploy.kafka.readiness import wait_until_answering

IMAGE = f"apache/kafka:{KAFKA_VERSION}"
_START_SECONDS = 90.0
_SOCKET = Path("/var/run/docker.sock")


def docker_answers(environment: Mapping[str, str]) -> bool:
    """Whether a Docker engine answers a ping."""
    if "DOCKER_HOST" not in environment and not _SOCKET.exists():
        return False
    import docker  # noqa: PLC0415 - see the module's docstring

    try:
        client = docker.from_env(environment=dict(environment), timeout=5)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except docker.errors.DockerException:
        return False
    finally:
        client.close()


def container_environment(ports: Ports) -> dict[str, str]:
    """Our `server.properties` in the form that the image `apache/kafka` takes: `KAFKA_` and the name in capitals.

    The rule of the names: https://hub.docker.com/r/apache/kafka, "Overriding the default broker configuration".
    """
    lines = render(ports, Path("/tmp/topics")).splitlines()  # noqa: S108 - a folder inside the container
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    # The host's connections come in through the container's own network interface.
    settings["listeners"] = settings["listeners"].replace("PLAINTEXT://127.0.0.1", "PLAINTEXT://0.0.0.0")
    # The image formats for a fixed list of voters when it is given one.
    del settings["controller.quorum.bootstrap.servers"]
    settings["controller.quorum.voters"] = f"1@127.0.0.1:{ports.controller}"
    return {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}


@contextmanager
def docker_kafka() -> Iterator[str]:
    """Run the container for the time of a `with` block; yields `host:port`."""
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415 - see the module's docstring

    free = free_ports(random.SystemRandom())
    ports = Ports(next(free), next(free))
    container = DockerContainer(IMAGE).with_bind_ports(ports.broker, ports.broker)
    for name, value in container_environment(ports).items():
        container = container.with_env(name, value)
    with container:
        waiting = wait_until_answering(ports.bootstrap_servers, is_running=lambda: True, seconds=_START_SECONDS)
        if not asyncio.run(waiting):
            raise TimeoutError(f"broker_missing: {IMAGE} did not answer within {_START_SECONDS:g} s; see `docker logs`")
        yield ports.bootstrap_servers
