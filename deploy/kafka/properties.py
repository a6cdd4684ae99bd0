"""The broker's `server.properties`: written from the template beside this file, and read back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from deploy.kafka.ports import LOOPBACK

_TEMPLATE = Path(__file__).with_name("server.properties")
_LISTENERS = re.compile(r"^listeners=PLAINTEXT://127\.0\.0\.1:(\d+),CONTROLLER://127\.0\.0\.1:(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Ports:
    """Where clients and where the controller are reached, on loopback."""

    broker: int
    controller: int

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.broker}"


def render(ports: Ports, log_dir: Path, settings: Mapping[str, str] | None = None) -> str:
    """The text of a `server.properties` whose topics lie in `log_dir`; `settings` replace those of the template."""
    template = Template(_TEMPLATE.read_text(encoding="utf-8"))
    text = template.substitute(port=ports.broker, controller_port=ports.controller, log_dir=log_dir)
    # Of two lines with one name Kafka takes the later.
    return text + "".join(f"{name}={value}\n" for name, value in (settings or {}).items())


def recorded_ports(path: Path) -> Ports | None:
    """The ports that an earlier start wrote to `path`; the data of a node remembers where its controller was."""
    if not path.is_file():
        return None
    found = _LISTENERS.search(path.read_text(encoding="utf-8"))
    return Ports(int(found[1]), int(found[2])) if found else None
