"""Kafka's jars, fetched by Maven once and kept outside the clone."""

import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.kafka.checksums import PINNED, as_text, check, pinned_sums, sums_of
from deploy.kafka.errors import LocalKafkaError

KAFKA_VERSION = "4.3.1"
_POM = Path(__file__).with_name("pom.xml")
_MAVEN_MISSING = (
    "`mvn` is not on PATH, and Kafka's jars are not downloaded yet. "
    "Install Maven (Debian: apt-get install maven), or run `make install` as root, which does."
)


def cache_root(environment: Mapping[str, str]) -> Path:
    """`SHIPLEDGER_CACHE`, else `shipledger` in the user's cache folder (XDG Base Directory Specification)."""
    if chosen := environment.get("SHIPLEDGER_CACHE"):
        return Path(chosen).absolute()
    home = environment.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "shipledger"


def jars_folder(environment: Mapping[str, str]) -> Path:
    """The folder of the jars that `pom.xml` names as it is now; a changed pom gets a new folder."""
    digest = hashlib.sha256(_POM.read_bytes()).hexdigest()[:8]
    return cache_root(environment) / f"kafka-{KAFKA_VERSION}-{digest}"


def ensure_jars(environment: Mapping[str, str], pinned: Path = PINNED) -> Path:
    """Return the folder of Kafka's jars, downloading them first where they are missing.

    The folder appears under its name only when it is complete and each jar has its sum of the list `pinned`, which is
    looked at each time; and two processes do not download at once.

    Raises:
        LocalKafkaError: `maven_missing`, `kafka_download_failed` or `kafka_jars_differ`.

    """
    folder, sums = jars_folder(environment), pinned_sums(pinned.read_text(encoding="utf-8"))
    if folder.is_dir():
        check(folder, sums)
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.is_dir():
            _download(folder, environment, sums)
    return folder


def pin_jars(environment: Mapping[str, str]) -> str:
    """The list of the jars that Maven finds now for `pom.xml`, to be reviewed and kept. Raises as `ensure_jars`."""
    with tempfile.TemporaryDirectory(prefix="kafka-pinned-") as folder:
        _copy_dependencies(_maven(environment), Path(folder), environment)
        return as_text(sums_of(Path(folder)))


def _download(folder: Path, environment: Mapping[str, str], sums: Mapping[str, str]) -> None:
    maven = _maven(environment)
    with tempfile.TemporaryDirectory(prefix="kafka-download-", dir=folder.parent) as unfinished:
        jars = Path(unfinished) / "jars"
        _copy_dependencies(maven, jars, environment)
        check(jars, sums)
        jars.rename(folder)


def _maven(environment: Mapping[str, str]) -> str:
    maven = shutil.which("mvn", path=environment.get("PATH"))
    if maven is None:
        raise LocalKafkaError("maven_missing", _MAVEN_MISSING)
    return maven


def _copy_dependencies(maven: str, jars: Path, environment: Mapping[str, str]) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}"]
    # -C: a sum of Maven's own that does not fit ends it, instead of a warning.
    command = [maven, "-q", "-B", "-C", "-f", str(_POM), *goal]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode != 0 or not any(jars.glob("kafka_*.jar")):
        raise LocalKafkaError(
            "kafka_download_failed",
            f"Maven could not fetch the jars of Apache Kafka {KAFKA_VERSION} (exit {done.returncode}). Check that this "
            f"machine reaches Maven Central, or configure a mirror in ~/.m2/settings.xml, and run it again.\n"
            + "\n".join((done.stdout + done.stderr).splitlines()[-15:]),
        )


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        # Released by the kernel when the file is closed, however the process ends.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
