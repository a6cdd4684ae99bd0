"""The examples of a configuration: both programs read them, and each severity reaches somebody."""

import pytest

from tests.unit.deploy.prometheus.programs import run


def test_prometheus_reads_its_example() -> None:
    assert "SUCCESS" in run("promtool", "check", "config", "prometheus.yml")


def test_alertmanager_reads_its_example() -> None:
    assert "SUCCESS" in run("amtool", "check-config", "alertmanager.yml")


@pytest.mark.parametrize(("severity", "receiver"), [("page", "on-call"), ("ticket", "tickets"), ("", "tickets")])
def test_each_severity_has_its_receiver(severity: str, receiver: str) -> None:
    labels = [f"severity={severity}"] if severity else []
    routed = run("amtool", "config", "routes", "test", "--config.file=alertmanager.yml", *labels, "alertname=X")
    assert routed.splitlines()[0] == receiver
