"""How Java is called: where it is, on little memory, with Kafka's jars."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka.errors import LocalKafkaError

_LOG4J = Path(__file__).with_name("log4j2.properties")
_OPTIONS = ("-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")


@dataclass(frozen=True)
class Java:
    """A `java` and the jars it is given."""

    executable: Path
    jars: Path

    def command(self, main_class: str, *arguments: str, log: Path) -> list[str]:
        """The command line of one of Kafka's programs; its own log goes to the file `log`."""
        logging = [f"-Dlog4j2.configurationFile={_LOG4J}", f"-Dshipledger.kafka.log={log}"]
        return [str(self.executable), *_OPTIONS, *logging, "-cp", f"{self.jars}/*", main_class, *arguments]


def find_java(environment: Mapping[str, str]) -> Path:
    """The `java` of `JAVA_HOME`, else of `PATH`.

    Raises:
        LocalKafkaError: `java_missing`.

    """
    home = environment.get("JAVA_HOME")
    if home and (Path(home) / "bin" / "java").is_file():
        return Path(home) / "bin" / "java"
    if found := shutil.which("java", path=environment.get("PATH")):
        return Path(found)
    raise LocalKafkaError(
        "java_missing",
        "`java` is neither in JAVA_HOME nor on PATH. Install a JDK 17 or newer "
        "(Debian: apt-get install openjdk-17-jdk-headless), or run `make install` as root, which does.",
    )
