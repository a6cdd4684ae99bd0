"""The image: built as the Dockerfile says, and its commands answer as user 10001 with a root nobody can write to."""

import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.request import urlopen

import pytest

from deploy.demo.waiting import until
from deploy.testbed.ports import free_port
from tests.artefacts.engines import Engine, engine
from tests.artefacts.tools import DEPLOY, ROOT, run

pytestmark = [pytest.mark.artefacts, pytest.mark.timeout(600)]

# Tells who runs it, and what writing to four places does.
PROBE = """
import errno, os, sys
for path in ("/x", "/opt/shipledger/x", "/var/lib/shipledger/x", "/tmp/x"):
    try:
        open(path, "w").close()
        print(path, "written")
    except OSError as failure:
        print(path, errno.errorcode[failure.errno])
print(os.getuid(), os.getgid(), *os.getgroups())
"""
# A worker whose Kafka is away waits and is well; its Xero is away too, and on this machine.
AWAY = "http://127.0.0.1:1"
WORKER = {
    "SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1",
    "SHIPLEDGER_PROFILE": "/mnt/profile.toml",
    "SHIPLEDGER_HTTP__TOKEN": "for-this-test-only",
    "SHIPLEDGER_XERO__ALLOW_TEST_HOST": "true",
    "SHIPLEDGER_XERO__BASE_URL": AWAY,
    "SHIPLEDGER_XERO__TOKEN_URL": f"{AWAY}/connect/token",
    "SHIPLEDGER_XERO__AUTHORISE_URL": f"{AWAY}/identity/connect/authorize",
    "SHIPLEDGER_XERO__CLIENT_ID": "client",
    "SHIPLEDGER_XERO__CLIENT_SECRET": "client-secret-value",
}


class Image:
    """The commands of the built image."""

    def __init__(self, built: Engine) -> None:
        self.built = built

    def words(self, *arguments: str, program: str = "shipledger", **variables: str) -> list[str]:
        return self.built.command(*arguments, variables=variables, folder=DEPLOY / "demo", program=program)

    def said(self, *arguments: str, program: str = "shipledger", **variables: str) -> subprocess.CompletedProcess[str]:
        return run(*self.words(*arguments, program=program, **variables))

    @contextmanager
    def running(self, *arguments: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(self.words(*arguments, **variables), stdout=subprocess.DEVNULL)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    with closing(engine(tmp_path_factory.mktemp("engine"))) as built:
        yield Image(built)


def version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


async def answers(address: str) -> bool:
    async def once() -> bool:
        try:
            with urlopen(address, timeout=5) as reply:  # noqa: S310, ASYNC210 - of this test, which has nothing else to do
                return bool(reply.status == 200)
        except OSError:
            return False

    return await until(once, 60)


def test_the_image_says_who_runs_what_and_how_it_is_asked(image: Image) -> None:
    config = image.built.config()
    assert config["User"] == "10001:10001"
    assert config["Entrypoint"] == ["shipledger"]
    assert config["Cmd"] == ["worker"]
    assert config["Healthcheck"]["Test"] == ["CMD", "shipledger", "health"]
    assert set(config["ExposedPorts"]) == {"8080/tcp", "8081/tcp"}
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert (labels["title"], labels["version"], labels["licenses"]) == ("shipledger", version(), "Apache-2.0")


def test_it_runs_as_nobody_and_writes_to_its_data_folder_alone(image: Image) -> None:
    assert image.said("-c", PROBE, program="python3").stdout.splitlines() == [
        "/x EROFS",
        "/opt/shipledger/x EROFS",
        "/var/lib/shipledger/x written",
        "/tmp/x written",  # noqa: S108 - the container's own
        "10001 10001 10001",
    ]


def test_it_names_its_version(image: Image) -> None:
    assert image.said("--version").stdout == f"shipledger {version()}\n"


def test_it_holds_what_it_needs_and_no_more(image: Image) -> None:
    """Neither the tests nor what only development needs is in it."""
    said = image.said(
        "-c", "import importlib.util as i; print(i.find_spec('pytest'), i.find_spec('tests'))", program="python3"
    )
    assert said.stdout == "None None\n"


def test_check_config_takes_a_right_configuration_and_tells_a_wrong_one(image: Image) -> None:
    right = image.said("check-config", **WORKER)
    assert right.returncode == 0, right.stdout + right.stderr
    wrong = image.said("check-config")
    assert wrong.returncode == 78
    assert "SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS" in wrong.stderr
    assert "Traceback" not in wrong.stderr


async def test_its_simulator_answers_and_ends_in_order(image: Image) -> None:
    port = free_port()
    with image.running("simulator", "--host", "127.0.0.1", "--port", str(port)) as process:
        assert await answers(f"http://127.0.0.1:{port}/_sim/counts")
    assert process.returncode == 0


async def test_its_health_check_asks_the_worker_at_the_port_of_its_own(image: Image) -> None:
    api, health = free_port(), free_port()
    ports = {"SHIPLEDGER_HTTP__PORT": str(api), "SHIPLEDGER_HTTP__METRICS_PORT": str(health)}
    with image.running("worker", **WORKER, **ports) as process:
        assert await answers(f"http://127.0.0.1:{health}/livez")
        well = image.said("health", **WORKER, **ports)
        assert well.returncode == 0, well.stdout + well.stderr
        assert f":{api} " not in well.stdout
    assert process.returncode in (0, 75)
    ended = image.said("health", **WORKER, **ports)
    assert ended.returncode == 1
    assert f"127.0.0.1:{health}" in ended.stderr
