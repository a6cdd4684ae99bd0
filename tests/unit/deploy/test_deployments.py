"""What deploy/ starts a worker with is what a worker takes: each deployment's variables are loaded as settings."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import Settings
from deploy.kubernetes.__main__ import RULES, TARGET, rendered
from tests.unit.deploy.prometheus.programs import run

DEPLOY = Path(__file__).parents[3] / "deploy"
OVERLAYS = ("demo", "production")
# What only the operator has, and gives as a Secret or in the environment file.
SECRETS = {
    "SHIPLEDGER_HTTP__TOKEN": "0123456789abcdef",
    "SHIPLEDGER_XERO__CLIENT_SECRET": "client-secret-value",
    "SHIPLEDGER_KAFKA__SASL_PASSWORD": "sasl-password-value",
}


def image_variables() -> dict[str, str]:
    """What the image itself sets."""
    found = re.findall(r"(SHIPLEDGER_\w+)=(\S+)", (DEPLOY / "image/Dockerfile").read_text())
    assert len(found) == 4
    return dict(found)


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / "compose/compose.yaml").read_text())
    return loaded


def documents(manifest: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((DEPLOY / "kubernetes" / manifest).read_text()))


def literals(generators: list[dict[str, Any]]) -> dict[str, str]:
    """The variables that generators of an overlay make."""
    return dict(line.split("=", 1) for each in generators for line in each.get("literals", []))


def kubernetes_variables(overlay: str) -> dict[str, str]:
    """What the container of an overlay is given: its own, the settings' and the secrets'."""
    stateful_set = yaml.safe_load((DEPLOY / "kubernetes/base/stateful-set.yaml").read_text())
    kustomization = yaml.safe_load((DEPLOY / f"kubernetes/overlays/{overlay}/kustomization.yaml").read_text())
    (container,) = stateful_set["spec"]["template"]["spec"]["containers"]
    own = {each["name"]: each["value"] for each in container["env"]}
    own.pop("SHIPLEDGER_SECRETS_DIR")
    secrets = literals(kustomization.get("secretGenerator", [])) or SECRETS
    return image_variables() | own | literals(kustomization["configMapGenerator"]) | secrets


def test_the_worker_of_the_compose_file_takes_its_variables() -> None:
    Settings.load(image_variables() | compose()["services"]["worker"]["environment"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_worker_of_an_overlay_takes_its_variables(overlay: str) -> None:
    Settings.load(kubernetes_variables(overlay))


def test_health_and_metrics_have_a_port_of_their_own_wherever_they_are_asked() -> None:
    """A flood at the API must not take the probes, nor the metrics that show it."""
    own = {"name": "health", "containerPort": 8081}
    (stateful_set,) = documents("base/stateful-set.yaml")
    (container,) = stateful_set["spec"]["template"]["spec"]["containers"]
    assert own in container["ports"]
    assert {container[f"{kind}Probe"]["httpGet"]["port"] for kind in ("startup", "liveness", "readiness")} == {"health"}
    scraped = [each for each in documents("base/service.yaml") if "labels" in each["metadata"]]
    assert [port["targetPort"] for each in scraped for port in each["spec"]["ports"]] == ["health"]
    (monitor,) = documents("overlays/production/service-monitor.yaml")
    assert [each["port"] for each in monitor["spec"]["endpoints"]] == ["health"]
    (prometheus,) = yaml.safe_load((DEPLOY / "compose/prometheus.yml").read_text())["scrape_configs"]
    assert prometheus["static_configs"] == [{"targets": ["worker:8081"]}]
    given = (kubernetes_variables("production"), image_variables(), compose()["services"]["worker"]["environment"])
    assert {each["SHIPLEDGER_HTTP__METRICS_PORT"] for each in given} == {"8081"}


def test_the_rule_of_the_production_overlay_is_made_from_the_alerts() -> None:
    assert TARGET.read_text() == rendered(), "python -m deploy.kubernetes"
    groups = [group for path in sorted(RULES.glob("*.yml")) for group in yaml.safe_load(path.read_text())["groups"]]
    assert yaml.safe_load(rendered())["spec"]["groups"] == groups


def test_every_dashboard_is_a_config_map() -> None:
    made = yaml.safe_load((DEPLOY / "grafana/kustomization.yaml").read_text())["configMapGenerator"]
    there = {f"dashboards/{path.name}" for path in (DEPLOY / "grafana/dashboards").glob("*.json")}
    assert {file for each in made for file in each["files"]} == there


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_profile_of_an_overlay_is_the_demonstrations(overlay: str) -> None:
    """Kustomize takes no file from outside its folder, so there are copies."""
    copy = DEPLOY / f"kubernetes/overlays/{overlay}/profile.toml"
    assert copy.read_text() == (DEPLOY / "demo/profile.toml").read_text()


def test_the_unit_gives_the_worker_variables_and_secrets_that_it_takes() -> None:
    unit = (DEPLOY / "systemd/shipledger.service").read_text()
    given = dict(re.findall(r"(SHIPLEDGER_\w+)=(\S+)", unit))
    credentials = dict(re.findall(r"LoadCredential=(SHIPLEDGER_\w+):(\S+)", unit))
    assert given.pop("SHIPLEDGER_SECRETS_DIR") == "%d"
    assert set(credentials) == set(SECRETS)
    page = (DEPLOY.parent / "docs/deploying.md").read_text()
    (written,) = re.findall(r"cat >/etc/shipledger/worker.env <<'END'\n(.*?)\nEND\n", page, re.DOTALL)
    environment_file = dict(line.split("=", 1) for line in written.splitlines())
    Settings.load(environment_file | given | SECRETS)


def test_what_a_container_is_given_to_mount_is_there() -> None:
    """A missing file would be made as a folder by Docker, and the part would not start."""
    services = compose()["services"]
    mounts = [each.split(":")[0] for service in services.values() for each in service.get("volumes", [])]
    files = [each for each in mounts if each.startswith(".")]
    assert files
    assert [each for each in files if not (DEPLOY / "compose" / each).exists()] == []


def test_prometheus_reads_the_configuration_of_the_compose_file() -> None:
    """Its rules lie elsewhere in the container; that they can be read is tested where they are."""
    assert "SUCCESS" in run("promtool", "check", "config", "--syntax-only", "prometheus.yml", folder=DEPLOY / "compose")


def test_only_this_machine_reaches_the_ports_of_the_compose_file() -> None:
    ports = [port for service in compose()["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_commands_of_the_compose_file_are_commands_of_ours() -> None:
    from typer.testing import CliRunner  # noqa: PLC0415

    from streams.cli.main import build  # noqa: PLC0415 - only this test needs the command.

    for name in ("topics", "simulator"):
        words = [each for each in compose()["services"][name]["command"] if not str(each).isdigit()]
        command = [each for each in words if not each.startswith("-") and not re.match(r"^[\d.]+$", each)]
        shown = CliRunner().invoke(build(), [*command, "--help"])
        assert shown.exit_code == 0, shown.output
        assert all(option in shown.output for option in words if option.startswith("--"))


def test_every_image_of_others_is_pinned_by_its_whole_version_or_digest() -> None:
    """What `latest`, or `3.12` alone, leads to changes without a commit."""
    (base,) = re.findall(r"^ARG PYTHON=(\S+)$", (DEPLOY / "image/Dockerfile").read_text(), re.MULTILINE)
    stages = re.findall(r"^FROM (\S+)", (DEPLOY / "image/Dockerfile").read_text(), re.MULTILINE)
    assert set(stages) == {"${PYTHON}"}
    others = [each["image"] for each in compose()["services"].values() if each["image"] != "shipledger:local"]
    assert len(others) == 4
    pinned = re.compile(r"[a-z/]+(:v?\d+\.\d+\.\d+(-[a-z-]+)?|@sha256:[0-9a-f]{64})")
    assert [each for each in (base, *others) if not pinned.fullmatch(each)] == []
    assert f"`{base}`" in (DEPLOY.parent / "docs/deploying.md").read_text()


def test_the_network_policy_lets_out_to_the_ports_that_the_page_names() -> None:
    (policy,) = documents("base/network-policy.yaml")
    ports = {port["port"] for rule in policy["spec"]["egress"] for port in rule["ports"]}
    assert ports == {53, 9092, 9093, 9094, 9096, 443}
    assert "ports 9092 to 9094 and 9096, and 443" in (DEPLOY.parent / "docs/deploying.md").read_text()
