"""What the Kafka for development needs before it can start, and what it says where that is missing."""

import os
import random
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from deploy.kafka import LocalKafka, LocalKafkaError, jars
from deploy.kafka.checksums import PINNED, pinned_sums
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


_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _pinned(folder: Path, **digests: str) -> Path:
    """A list of jars: both are empty files, unless another sum is given."""
    sums = {"kafka_2.13.jar": _EMPTY, "kafka-clients.jar": _EMPTY} | digests
    path = folder / "jars.sha256"
    path.write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items() if digest))
    return path


def test_an_interrupted_download_is_not_taken_as_complete(tmp_path: Path) -> None:
    environment, pinned = _with_maven(tmp_path), _pinned(tmp_path)
    with pytest.raises(LocalKafkaError, match="kafka_download_failed"):
        ensure_jars(environment, pinned)

    (tmp_path / "works").touch()
    folder = ensure_jars(environment, pinned)

    assert {jar.name for jar in folder.iterdir()} == {"kafka_2.13.jar", "kafka-clients.jar"}
    (tmp_path / "mvn").unlink()
    assert ensure_jars(environment, pinned) == folder


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kafka-clients.jar": "0" * 64}, "not the jar that was reviewed: kafka-clients.jar"),
        ({"kafka-clients.jar": ""}, "not on the list: kafka-clients.jar"),
        ({"more.jar": "0" * 64}, "missing: more.jar"),
    ],
)
def test_a_jar_that_is_not_the_reviewed_one_is_never_installed(
    tmp_path: Path, change: dict[str, str], words: str
) -> None:
    environment = _with_maven(tmp_path)
    (tmp_path / "works").touch()
    with pytest.raises(LocalKafkaError, match=words) as refusal:
        ensure_jars(environment, _pinned(tmp_path, **change))
    assert refusal.value.code == "kafka_jars_differ"
    assert not jars_folder(environment).exists()


def test_a_jar_that_was_exchanged_since_is_not_run(tmp_path: Path) -> None:
    environment, pinned = _with_maven(tmp_path), _pinned(tmp_path)
    (tmp_path / "works").touch()
    (ensure_jars(environment, pinned) / "kafka-clients.jar").write_bytes(b"another")
    with pytest.raises(LocalKafkaError, match="not the jar that was reviewed: kafka-clients"):
        ensure_jars(environment, pinned)


def test_the_list_names_the_versions_of_the_pom() -> None:
    """A pom that was changed without the list would stop every machine but the one that has the old jars."""
    pom = ET.parse(Path(jars.__file__).with_name("pom.xml")).getroot()  # noqa: S314  # Our own file.
    versions = {each.tag.rpartition("}")[2]: each.text for each in pom.find("{*}properties") or ()}
    names = pinned_sums(PINNED.read_text(encoding="utf-8"))
    wanted = (f"kafka_2.13-{versions['kafka.version']}.jar", f"log4j-core-{versions['log4j.version']}.jar")
    assert [name for name in wanted if name not in names] == []
    assert {len(digest) for digest in names.values()} == {64}


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
