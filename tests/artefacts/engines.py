"""What builds the image and runs its commands: Docker where an engine answers, else buildah and a chroot.

Without Docker there is no registry either, so the base is the stand-in that deploy/install/artefact-tools.sh makes:
Debian bookworm with its own Python 3.11. The image that is judged then has that Python, not the Dockerfile's; all its
steps are the same.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.artefacts.tools import DEPLOY, ROOT, run, said, tools

DOCKERFILE = DEPLOY / "image/Dockerfile"
NAME = "localhost/shipledger:artefacts"
STAND_IN = "localhost/stand-in-for-python:bookworm"
# What pip needs inside the build to reach what it reaches outside, where the machine has it.
OF_THE_MACHINE = (Path("/etc/ssl/certs"), Path("/etc/pip.conf"))
IN_A_CHROOT = Path(__file__).with_name("in_a_chroot.sh")


class Engine(Protocol):
    """Both run a command with a read-only root, an empty data folder and the network of the machine."""

    def config(self) -> Mapping[str, Any]:
        """What the image says of itself, in Docker's words."""

    def close(self) -> None:
        """Take away what was built."""

    def command(self, *arguments: str, variables: Mapping[str, str], folder: Path, program: str) -> list[str]:
        """The words that start `program` of the image; `folder` is at /mnt. The process is the program's own."""


@dataclass(frozen=True)
class Docker:
    """A Docker engine."""

    def __post_init__(self) -> None:
        said("docker", "build", "--file", DOCKERFILE, "--tag", NAME, ROOT)

    def config(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(said("docker", "image", "inspect", NAME))[0]["Config"]
        return found

    def close(self) -> None:
        """Its cache makes the next build quick, so the image stays."""

    def command(self, *arguments: str, variables: Mapping[str, str], folder: Path, program: str) -> list[str]:
        given = [word for name, value in variables.items() for word in ("--env", f"{name}={value}")]
        volumes = ["--volume", f"{folder}:/mnt:ro"]
        for path in ("/tmp", "/var/lib/shipledger"):  # noqa: S108 - the container's own
            volumes += ["--tmpfs", f"{path}:uid=10001,gid=10001,mode=0700"]
        limits = ["--read-only", "--cap-drop", "ALL", "--network", "host"]
        return ["docker", "run", "--rm", *limits, *volumes, *given, "--entrypoint", program, NAME, *arguments]


class Buildah:
    """buildah without an engine: commands of the build in a chroot, layers by overlayfs, or copied where it is not."""

    def __init__(self, folder: Path) -> None:
        if os.geteuid() != 0:
            pytest.fail("The image is built by a Docker engine, or by root with buildah: neither is here")
        self._folder = folder
        self._driver = "overlay"
        if run("buildah", *self._places, "info").returncode != 0:
            self._driver = "vfs"
        self._make_base()
        volumes = [f"--volume={path}:{path}:ro" for path in OF_THE_MACHINE if path.exists()]
        how = ("--isolation", "chroot", "--pull-never", "--format", "docker", "--build-arg", f"PYTHON={STAND_IN}")
        self._buildah("bud", *how, *volumes, "--file", DOCKERFILE, "--tag", NAME, ROOT)
        self._root = self._buildah("mount", self._buildah("from", "--pull-never", NAME))

    @property
    def _places(self) -> tuple[Path | str, ...]:
        places = (self._folder / self._driver, self._folder / "run" / self._driver)
        return "--root", places[0], "--runroot", places[1], "--storage-driver", self._driver

    def config(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._buildah("inspect", "--type", "image", NAME))["Docker"]["config"]
        return found

    def close(self) -> None:
        """Some hundred megabytes, which pytest would keep for three runs, and a mount."""
        self._buildah("rm", "--all")
        self._buildah("rmi", "--all", "--force")

    def command(self, *arguments: str, variables: Mapping[str, str], folder: Path, program: str) -> list[str]:
        config = self.config()
        given = [*config["Env"], *(f"{name}={value}" for name, value in variables.items())]
        where = [str(self._root), str(folder), config["User"], config["WorkingDir"]]
        return ["unshare", "--mount", "sh", str(IN_A_CHROOT), *where, *given, program, *arguments]

    def _buildah(self, *words: Path | str) -> str:
        return said("buildah", *self._places, *words).strip()

    def _make_base(self) -> None:
        """The stand-in as an image."""
        container = self._buildah("from", "scratch")
        self._buildah("add", container, tools() / "stand-in.tar", "/")
        self._buildah("commit", "--quiet", "--rm", container, STAND_IN)


def engine(folder: Path) -> Engine:
    """The image, built by what this machine has."""
    if shutil.which("docker") is not None and run("docker", "info").returncode == 0:
        return Docker()
    return Buildah(folder)
