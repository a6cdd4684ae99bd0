"""What a release consists of: sdist, wheel, bill of materials, checksums."""

import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.release.failure import ReleaseFailedError
from deploy.release.version import Version

# By the build backend itself, which is locked and installed; a build tool would fetch another.
_BUILD = "import sys; from setuptools import build_meta; getattr(build_meta, sys.argv[1])(sys.argv[2])"
_LOCK = "requirements/runtime.lock"


def make(source: Path, scratch: Path, into: Path, version: Version, tool: Path, made_at: int) -> Iterator[str]:
    """Make them of `source` in the empty folder `into`; says each. `made_at` (Unix time) makes it repeatable.

    Raises ReleaseFailedError.
    """
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(made_at)}
    environment.pop("PYTHONPATH", None)
    _build("build_sdist", source, into, environment)
    sdist = into / f"shipledger-{version}.tar.gz"
    yield f"{sdist.name}: {_size(sdist)}"
    # From the sdist: so it is known to be whole.
    with tarfile.open(sdist) as packed:
        packed.extractall(scratch, filter="data")
    _build("build_wheel", scratch / f"shipledger-{version}", into, environment)
    wheel = into / f"shipledger-{version}-py3-none-any.whl"
    _compare(wheel, source)
    yield f"{wheel.name}: {_size(wheel)}, built from the sdist, with every module and data file"
    bill = into / f"shipledger-{version}.cdx.json"
    arguments = ("requirements", "--pyproject", "pyproject.toml", "--output-reproducible", "-o", str(bill), _LOCK)
    _run([str(tool), *arguments], source, environment)
    yield f"{bill.name}: the bill of materials (CycloneDX) of {_LOCK}"
    sums = into / "SHA256SUMS"
    sums.write_text("".join(f"{_digest(each)}  {each.name}\n" for each in sorted(into.iterdir())), encoding="utf-8")
    yield f"{sums.name}: sha256sum --check {sums.name}"


def _build(what: str, source: Path, into: Path, environment: Mapping[str, str]) -> None:
    _run([sys.executable, "-c", _BUILD, what, str(into)], source, environment)


def _run(command: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    done = subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ReleaseFailedError(f"{Path(command[0]).name} failed:\n{(done.stdout + done.stderr)[-2000:]}")


def _compare(wheel: Path, source: Path) -> None:
    """Whether the wheel has what the packages have. Raises ReleaseFailedError."""
    packages = ("config", "deploy", "mappers", "streams", "xero_client")
    wanted = {
        str(path.relative_to(source))
        for package in packages
        for path in (source / package).rglob("*")
        if path.suffix == ".py" or path.name == "py.typed" or "samples" in path.parts or "seeds" in path.parts
    }
    with zipfile.ZipFile(wheel) as packed:
        missing = sorted(name for name in wanted - set(packed.namelist()) if (source / name).is_file())
    if missing:
        raise ReleaseFailedError(f"The wheel lacks {', '.join(missing[:10])}; see package-data in pyproject.toml.")


def _size(file: Path) -> str:
    return f"{file.stat().st_size // 1024} KiB"


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
