"""What the Kafka for development needs before it can start, and what it says where that is missing."""

import os
import random
from itertools import islice
from pathlib import Path

import pytest

from deploy.kafka import LocalKafka, LocalKafkaError
from deploy.kafka.jars import ensure_jars, jars_folder
from deploy.kafka.ports import free_ports, is_free
from deploy.kafka.properties import Ports, recorded_ports, render
from tests.brokers.docker_kafka import container_environment

# Stands for Maven: copies two jars to where it is told to; unless the file `works` lies beside it, it fails after one.
_MAVEN = """#!/bin/bash
for argument in "$@"; do
    case $argument in -DoutputDirectory=*) folder=${argument#*=} ;; esac
done
mkdir -p "$folder"
touch "$folder/kafka_2.13.jar"
[ -e "${0%/*}/works" ] && touch "$folder/kafka-clients.jar"
"""


def _with_maven(folder: Path) -> dict[str, str]:
    maven = folder / "mvn"
    maven.write_text(_MAVEN)
    maven.chmod(0o755)
    return {"PATH": f"{folder}:{os.defpath}", "SHIPLEDGER_CACHE": str(folder / "cache")}


async def test_missing_java_is_named_with_the_package_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(LocalKafkaError, match="apt-get install openjdk-17") as refusal:
        await LocalKafka(tmp_path, environment={"PATH": str(tmp_path)}).start()
    assert refusal.value.code == "java_missing"


def test_an_interrupted_download_is_not_taken_as_complete(tmp_path: Path) -> None:
    environment = _with_maven(tmp_path)
    with pytest.raises(LocalKafkaError, match="kafka_download_failed"):
        ensure_jars(environment)

    (tmp_path / "works").touch()
    jars = ensure_jars(environment)

    assert {jar.name for jar in jars.iterdir()} == {"kafka_2.13.jar", "kafka-clients.jar"}
    (tmp_path / "mvn").unlink()
    assert ensure_jars(environment) == jars


def test_missing_maven_is_named_with_the_package_that_brings_it(tmp_path: Path) -> None:
    with pytest.raises(LocalKafkaError, match="apt-get install maven") as refusal:
        ensure_jars({"PATH": str(tmp_path), "SHIPLEDGER_CACHE": str(tmp_path / "cache")})
    assert refusal.value.code == "maven_missing"


def test_jars_lie_in_the_users_cache_folder_unless_another_is_named() -> None:
    assert jars_folder({"XDG_CACHE_HOME": "/there"}).parent == Path("/there/shipledger")
    assert jars_folder({"XDG_CACHE_HOME": "/there", "SHIPLEDGER_CACHE": "/here"}).parent == Path("/here")


def test_ports_are_free_different_and_below_the_range_of_outgoing_connections() -> None:
    ports = list(islice(free_ports(random.Random(7)), 100))  # noqa: S311 - repeatable, and no secret
    assert len(set(ports)) == 100
    assert max(ports) < 32768
    assert is_free(ports[0])


def test_a_folder_remembers_its_ports(tmp_path: Path) -> None:
    settings = tmp_path / "server.properties"
    assert recorded_ports(settings) is None
    settings.write_text(render(Ports(20_001, 20_002), tmp_path))
    assert recorded_ports(settings) == Ports(20_001, 20_002)


def test_a_container_gets_the_same_settings_and_listens_to_its_host() -> None:
    settings = container_environment(Ports(20_001, 20_002))
    assert settings["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert settings["KAFKA_LISTENERS"] == "PLAINTEXT://0.0.0.0:20001,CONTROLLER://127.0.0.1:20002"
    assert settings["KAFKA_ADVERTISED_LISTENERS"].startswith("PLAINTEXT://127.0.0.1:20001,")
