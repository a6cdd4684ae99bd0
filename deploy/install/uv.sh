#!/usr/bin/env bash
# Prints the path of uv, which it installs by its hash where it is not there yet. It resolves the locks, and installs
# them in a fraction of pip's time. Exit code 1, with pip's words, where it cannot be had.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(sed -nE 's/^uv==([^ ]+).*/\1/p' requirements/uv.lock)
tool=${SHIPLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shipledger}/uv-$version-by-hash
if [ ! -x "$tool/bin/uv" ]; then
    "$(deploy/install/find-python.sh)" -m venv --clear "$tool"
    "$tool/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements/uv.lock
fi
echo "$tool/bin/uv"
