#!/usr/bin/env bash
# Makes a release of this clone and publishes nothing: the version and the changelog, a commit and a tag here, and in
# dist/ wheel, sdist, bill of materials and checksums. The tool of the bill, cyclonedx-bom, is installed by its hash in
# an environment of its own: its dependencies are none of ours.
#   release.sh VERSION | --tool      (--tool only installs the tool, and prints its path)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lock=requirements/release.lock
version=$(sha256sum "$lock" | cut -c 1-8)
tool=${SHIPLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shipledger}/release-$version
if [ ! -e "$tool/complete" ]; then
    "$(deploy/install/find-python.sh)" -m venv --clear "$tool"
    "$tool/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes -r "$lock" >&2
    touch "$tool/complete"
fi
if [ "${1:-}" = --tool ]; then
    echo "$tool/bin/cyclonedx-py"
    exit
fi
exec .venv/bin/python -m deploy.release "$tool/bin/cyclonedx-py" "${1:?name the version: make release VERSION=1.2.3}"
