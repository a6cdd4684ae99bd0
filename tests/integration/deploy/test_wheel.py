"""The wheel works outside the clone: built, installed into an environment of its own, and asked for what it has."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import aiohttp
import pytest

from deploy.demo.waiting import until
from deploy.testbed.ports import free_port

CLONE = Path(__file__).parents[3]
PACKAGED = ("config", "deploy", "mappers", "streams", "xero_client")
METADATA = ("pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def shipledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that has the wheel; only the dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    for name in PACKAGED:
        shutil.copytree(CLONE / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in METADATA:
        shutil.copy(CLONE / name, source / name)
    pip(sys.executable, "wheel", "--no-build-isolation", "--wheel-dir", folder, source)
    venv.create(folder / "venv", with_pip=True)
    purelib = next((folder / "venv" / "lib").glob("python3*/site-packages"))
    # A folder named in a .pth file brings in what lies there, but not its own .pth files: this clone stays unseen.
    (purelib / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    pip(folder / "venv/bin/python", "install", next(folder.glob("shipledger-*.whl")))
    return folder / "venv/bin/shipledger"


def pip(python: Path | str, command: str, *arguments: Path | str) -> None:
    """Run pip without dependencies, so without a network."""
    words = [python, "-m", "pip", "--disable-pip-version-check", command, "--quiet", "--no-deps", *arguments]
    subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True)


def said_by(shipledger: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """What a command of the wheel says, started in a folder that has nothing of ours."""
    return subprocess.run(
        [str(shipledger), *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=shipledger.parent,
        env=os.environ | variables,
        timeout=150,
    )


def test_it_names_its_version(shipledger: Path) -> None:
    assert said_by(shipledger, "--version").stdout == "shipledger 0.1.0\n"


def test_it_carries_its_types_its_licence_and_its_description(shipledger: Path) -> None:
    purelib = next(shipledger.parents[1].glob("lib/python3*/site-packages"))
    assert all((purelib / name / "py.typed").exists() for name in PACKAGED)
    information = next(purelib.glob("shipledger-*.dist-info"))
    assert "Apache License" in (information / "licenses" / "LICENSE").read_text()
    metadata = (information / "METADATA").read_text()
    assert "License-Expression: Apache-2.0" in metadata
    assert re.search(r"^Project-URL: Documentation, https://\S+$", metadata, re.MULTILINE)
    assert "make demo" in metadata


def test_a_faulty_configuration_is_told_and_is_no_traceback(shipledger: Path) -> None:
    said = said_by(shipledger, "check-config")
    assert said.returncode == 78
    assert "SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS" in said.stderr
    assert "Traceback" not in said.stderr


def test_topics_says_that_no_broker_is_named(shipledger: Path) -> None:
    said = said_by(shipledger, "topics", "create")
    assert (said.returncode, "Traceback" in said.stderr) == (78, False)


async def test_the_simulator_of_the_wheel_answers(shipledger: Path) -> None:
    port = free_port()
    process = await asyncio.create_subprocess_exec(shipledger, "simulator", "--port", str(port), cwd=shipledger.parent)
    try:
        async with aiohttp.ClientSession() as session:

            async def answers() -> bool:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/_sim/counts") as reply:
                        return reply.status == 200
                except aiohttp.ClientError:
                    return False

            assert await until(answers, 30)
    finally:
        process.terminate()
        ended = await process.wait()
    assert ended == 0


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_its_commands(shipledger: Path, shell: str) -> None:
    """The script that goes into the shell's files, and how it asks the command then."""
    assert "_SHIPLEDGER_COMPLETE" in said_by(shipledger, _SHIPLEDGER_COMPLETE=f"source_{shell}").stdout
    asked = {
        "_SHIPLEDGER_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": "shipledger dead",
        "COMP_CWORD": "1",
        "_TYPER_COMPLETE_ARGS": "shipledger dead",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    assert "dead-letters" in said_by(shipledger, **asked).stdout


def test_the_completion_installs_itself_into_the_shell_it_is_called_from(shipledger: Path, tmp_path: Path) -> None:
    """`exit` keeps bash from becoming the command itself: it looks for the shell above it."""
    command = ["/bin/bash", "-c", f"'{shipledger}' --install-completion; exit $?"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=os.environ | {"HOME": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert "bash completion installed" in done.stdout
    assert "shipledger" in (tmp_path / ".bashrc").read_text()


@pytest.mark.kafka
def test_the_demonstration_of_the_wheel_is_right(shipledger: Path) -> None:
    said = said_by(shipledger, "demo", "--once")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "24 of 24" in said.stdout
