"""Which jars there must be, by their SHA-256: `jars.sha256`, in the form that `sha256sum --check` reads.

Maven itself compares what it downloads with sums from the same place, which vouch for nothing but the way.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from deploy.kafka.errors import LocalKafkaError

PINNED = Path(__file__).with_name("jars.sha256")


def pinned_sums(text: str) -> dict[str, str]:
    """Sums by the jars' names."""
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in text.splitlines() if line)}


def sums_of(folder: Path) -> dict[str, str]:
    """Sums of everything that is in the folder, by name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def as_text(sums: Mapping[str, str]) -> str:
    """The list as it is kept."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def check(folder: Path, pinned: Mapping[str, str]) -> None:
    """Raises LocalKafkaError where a jar is another one, too many or missing: no such jar is ever run."""
    there = sums_of(folder)
    other = sorted(name for name in there.keys() & pinned.keys() if there[name] != pinned[name])
    unknown, missing = sorted(there.keys() - pinned.keys()), sorted(pinned.keys() - there.keys())
    found = {"not the jar that was reviewed": other, "not on the list": unknown, "missing": missing}
    words = [f"{what}: {', '.join(names)}" for what, names in found.items() if names]
    if words:
        raise LocalKafkaError(
            "kafka_jars_differ",
            f"The jars of Apache Kafka in {folder} are not those of deploy/kafka/jars.sha256; none of them is used. "
            f"{'; '.join(words)}. Where a proxy or mirror may have altered them, tell whoever runs it; else delete the "
            "folder and run this again. After a change of deploy/kafka/pom.xml: python -m deploy.kafka pin, and review "
            "what it changed.",
        )
