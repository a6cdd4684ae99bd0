"""Manifests for Kubernetes, by Kustomize. `python -m deploy.kubernetes` writes the rule that is made of the alerts."""
