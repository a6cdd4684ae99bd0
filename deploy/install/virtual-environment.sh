#!/usr/bin/env bash
# Makes a virtual environment with the locked dependencies and the command `shipledger`. Where the lock, the project's
# metadata and the place of the clone are those of the last finished run, it does nothing.
#   virtual-environment.sh [FOLDER [VERSION]]   default: .venv, and the first Python that find-python.sh finds
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

venv=${1:-.venv}
lock=requirements/dev.lock
stamp=$venv/shipledger-installed
# The place counts because the scripts of a virtual environment carry its absolute path.
wanted=$(pwd && cat "$lock" pyproject.toml | sha256sum)

if [ -x "$venv/bin/shipledger" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi
# A moved or interrupted environment is made anew; one that works is brought up to date.
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 || ! grep -qF "$(pwd)/$venv/" "$venv/bin/pip"; then
    echo "Making the virtual environment $venv"
    rm -rf "$venv"
    "$(deploy/install/find-python.sh "${@:2}")" -m venv "$venv"
fi
rm -f "$stamp"
echo "Installing the dependencies of $lock"
# Some dependencies come as source. They, and our own package, are built by the locked setuptools, which is there
# first for that reason; otherwise a build tool would be fetched that no hash vouches for.
build_tool=$(mktemp)
trap 'rm -f "$build_tool"' EXIT
awk '/^[^ ]/ { wanted = /^setuptools==/ } wanted' "$lock" >"$build_tool"
with_uv() {
    local uv
    uv=$(deploy/install/uv.sh) || return
    local install=("$uv" pip install --quiet --require-hashes --python "$venv/bin/python")
    install+=(--no-build-isolation --compile-bytecode)
    "${install[@]}" -r "$build_tool" && "${install[@]}" -r "$lock"
}
pip=("$venv/bin/python" -m pip --disable-pip-version-check install --quiet --no-build-isolation)
# pip knows addresses and certificates that uv may not, from files of its own.
if ! with_uv; then
    echo "uv cannot install them here; pip, which takes longer, tries"
    "${pip[@]}" --require-hashes -r "$build_tool"
    "${pip[@]}" --use-pep517 --require-hashes -r "$lock"
fi
"${pip[@]}" --no-deps --config-settings editable_mode=compat -e .
echo "$wanted" >"$stamp"
