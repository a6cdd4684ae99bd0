#!/usr/bin/env bash
# Looks for known vulnerabilities in what is locked, with pip-audit in an environment of its own: its dependencies are
# none of ours. Where neither the tool nor a database can be had from here, that is said and is no failure, unless
# SHIPLEDGER_AUDIT=required.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

lock=requirements/audit.lock
version=$(sha256sum "$lock" | cut -c 1-8)
tool=${SHIPLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shipledger}/audit-$version
if [ ! -e "$tool/complete" ]; then
    "$(deploy/install/find-python.sh)" -m venv --clear "$tool"
    if ! "$tool/bin/python" -m pip --disable-pip-version-check install --quiet --retries 1 --require-hashes -r "$lock"; then
        echo "Not audited: pip-audit of $lock cannot be installed from here."
        [ "${SHIPLEDGER_AUDIT:-}" != required ]
        exit
    fi
    touch "$tool/complete"
fi
.venv/bin/python -m deploy.audit "$tool/bin/pip-audit" requirements/dev.lock requirements/runtime.lock
