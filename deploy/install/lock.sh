#!/usr/bin/env bash
# Resolves requirements/*.lock from pyproject.toml, with hashes. Versions that are locked already stay;
# UPGRADE=1 takes the newest that pyproject.toml allows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

uv_version=0.13.9
tool=${SHIPLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shipledger}/uv-$uv_version
if [ ! -x "$tool/bin/uv" ]; then
    "$(deploy/install/find-python.sh)" -m venv "$tool"
    "$tool/bin/python" -m pip --disable-pip-version-check install --quiet "uv==$uv_version"
fi

compile=("$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes
    --no-emit-index-url --no-emit-find-links --no-header ${UPGRADE:+--upgrade} pyproject.toml)
"${compile[@]}" --extra dev -o requirements/dev.lock
# The second is bound to the first, so that what is tested is what runs.
"${compile[@]}" -c requirements/dev.lock -o requirements/runtime.lock
