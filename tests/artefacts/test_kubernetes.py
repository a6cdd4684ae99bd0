"""Both overlays, rendered by kustomize: each resource is one that its schema knows."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import yaml

from tests.artefacts.crds import validators
from tests.artefacts.tools import DEPLOY, run, said, tools

pytestmark = pytest.mark.artefacts

OVERLAYS = ("demo", "production")
KUBERNETES = "1.34"
Resource = dict[str, Any]


@cache
def rendered(overlay: str) -> str:
    return said(tools() / "bin/kustomize", "build", DEPLOY / "kubernetes/overlays" / overlay)


def resources(overlay: str) -> list[Resource]:
    return list(yaml.safe_load_all(rendered(overlay)))


def the(kind: str, name: str, overlay: str = "production") -> Resource:
    (found,) = (
        each for each in resources(overlay) if each["kind"] == kind and each["metadata"]["name"].startswith(name)
    )
    return found


def is_kubernetes_own(resource: Resource) -> bool:
    group = resource["apiVersion"].partition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def judged(manifests: list[Resource]) -> tuple[int, str]:
    """Kubernetes' own resources before its own schemas, fields that they do not name refused."""
    program = tools() / "venv/bin/kubernetes-validate"
    done = run(program, "--strict", "-k", KUBERNETES, "/dev/stdin", given=yaml.safe_dump_all(manifests))
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_kubernetes_knows_every_field_of_its_own_resources(overlay: str) -> None:
    own = [each for each in resources(overlay) if is_kubernetes_own(each)]
    code, words = judged(own)
    assert code == 0, words
    assert words.count(" passed for resource ") == len(own) > 10, words


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_operators_know_every_field_of_theirs(overlay: str) -> None:
    theirs = [each for each in resources(overlay) if not is_kubernetes_own(each)]
    judges = validators(tools() / "crds")
    assert [list(judges[each["apiVersion"], each["kind"]].iter_errors(each)) for each in theirs] == [[]] * len(theirs)
    kinds = {"PrometheusRule", "ServiceMonitor", "ScaledObject", "TriggerAuthentication"}
    assert {each["kind"] for each in theirs} == (kinds if overlay == "production" else set())


def _misspelt_probe(resource: Resource) -> None:
    resource["spec"]["template"]["spec"]["containers"][0]["livenessProb"] = {}


def _words_for_a_number(resource: Resource) -> None:
    resource["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = "long"


@pytest.mark.parametrize("spoil", [_misspelt_probe, _words_for_a_number])
def test_a_spoilt_resource_of_kubernetes_would_be_seen(spoil: Callable[[Resource], None]) -> None:
    resource = the("StatefulSet", "shipledger")
    spoil(resource)
    assert judged([resource])[0] != 0


@pytest.mark.parametrize(
    ("kind", "field"), [("ServiceMonitor", "endpoints"), ("PrometheusRule", "groups"), ("ScaledObject", "triggers")]
)
def test_a_spoilt_resource_of_an_operator_would_be_seen(kind: str, field: str) -> None:
    resource = the(kind, "shipledger")
    resource["spec"][field][0]["intervall"] = "15s"
    judge = validators(tools() / "crds")[resource["apiVersion"], kind]
    assert ["intervall" in fault.message for fault in judge.iter_errors(resource)] == [True]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_a_worker_mounts_and_reads_is_made_or_is_the_operators_own_secret(overlay: str) -> None:
    made = {(each["kind"], each["metadata"]["name"]) for each in resources(overlay)}
    pod = the("StatefulSet", "shipledger", overlay)["spec"]["template"]["spec"]
    maps = {("ConfigMap", each["configMap"]["name"]) for each in pod["volumes"] if "configMap" in each}
    maps |= {("ConfigMap", each["configMapRef"]["name"]) for each in pod["containers"][0]["envFrom"]}
    secrets = {("Secret", each["secret"]["secretName"]) for each in pod["volumes"] if "secret" in each}
    assert len(maps) == 2
    assert maps <= made
    assert secrets - made == ({("Secret", "shipledger-secrets")} if overlay == "production" else set())


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_selects_workers_selects_them(overlay: str) -> None:
    labels = the("StatefulSet", "shipledger", overlay)["spec"]["template"]["metadata"]["labels"].items()
    services = [each for each in resources(overlay) if each["kind"] == "Service"]
    chosen = [each["spec"]["selector"] for each in services if each["metadata"]["name"].startswith("shipledger")]
    for kind, key in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        chosen.append(the(kind, "shipledger", overlay)["spec"][key]["matchLabels"])
    assert len(chosen) == 4
    assert [each for each in chosen if not each.items() <= labels] == []


def test_the_monitor_selects_the_service_that_has_each_worker() -> None:
    wanted = the("ServiceMonitor", "shipledger")["spec"]
    services = [each for each in resources("production") if each["kind"] == "Service"]
    (found,) = (
        each for each in services if wanted["selector"]["matchLabels"].items() <= each["metadata"]["labels"].items()
    )
    assert found["metadata"]["name"] == "shipledger-workers"
    assert {each["port"] for each in wanted["endpoints"]} <= {each["name"] for each in found["spec"]["ports"]}


def test_every_dashboard_is_a_config_map_that_grafana_looks_for() -> None:
    maps = [each for each in resources("production") if each["metadata"].get("labels", {}).get("grafana_dashboard")]
    shown = {name: text for each in maps for name, text in each["data"].items()}
    assert shown == {path.name: path.read_text("utf-8") for path in (DEPLOY / "grafana/dashboards").glob("*.json")}


def test_where_an_autoscaler_is_no_manifest_says_how_many_workers_there_are() -> None:
    assert "replicas" not in the("StatefulSet", "shipledger")["spec"]
    assert the("ScaledObject", "shipledger")["spec"]["minReplicaCount"] >= 2
