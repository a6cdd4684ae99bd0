#!/usr/bin/env bash
# Runs the tests that depend on the interpreter (cancellation and task groups differ between 3.11, 3.12 and 3.13) under
# each supported Python that is not the one of .venv. A version that this machine does not have is named, not failed.
#   other-pythons.sh [PYTEST ARGUMENTS]   default: the rooms whose tasks are cancelled, with a second try as in tests/run.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Sets have the same order in each run.
export PYTHONHASHSEED=${PYTHONHASHSEED:-0}
rooms=(tests/unit/streams/{app,dispatch,gate,ops,pauses,projection,reading})
own=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
for version in 3.11 3.12 3.13; do
    [ "$version" = "$own" ] && continue
    if ! deploy/install/find-python.sh "$version" >/dev/null; then
        echo "Python $version is not on this machine: not tested with it"
        continue
    fi
    echo "Python $version"
    deploy/install/virtual-environment.sh ".venv-$version" "$version"
    ".venv-$version/bin/python" -m pytest -p no:cacheprovider -q -m "not long and not artefacts" -n "$(nproc)" \
        --hypothesis-profile=ci --reruns 1 -rfER "${@:-${rooms[@]}}"
done
