"""Dashboards for Grafana as code. `python -m deploy.grafana` writes deploy/grafana/dashboards, which is committed."""
