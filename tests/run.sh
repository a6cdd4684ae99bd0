#!/usr/bin/env bash
# Runs all tests but the long ones and those of `make artefacts`: first what needs neither broker nor browser, side by
# side on all cores, then what opens a browser, which they share, then what needs a broker: two at a time, which have a
# broker each and mostly wait, and the tests of one file after each other. The arguments go to pytest.
# A test that fails is tried once more, because a change is not to be refused for a machine that was busy; pytest names
# it as RERUN, which is a fault to be looked into. SHIPLEDGER_SECOND_TRY=no leaves that out.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

NOTHING_COLLECTED=5
# Sets, and what is drawn from them, have the same order in each run.
export PYTHONHASHSEED=${PYTHONHASHSEED:-0}
second_try=(--reruns 1 -rfER)
[ "${SHIPLEDGER_SECOND_TRY:-yes}" = yes ] || second_try=()
run() {
    .venv/bin/python -m pytest "${second_try[@]}" "$@"
    local code=$?
    [ "$code" -eq "$NOTHING_COLLECTED" ] || [ "$code" -eq 0 ] || exit "$code"
}

run -m "not kafka and not long and not artefacts and not browser" -n "$(nproc)" --dist worksteal "$@"
run -m "browser and not long and not artefacts" "$@"
# A broker that is given is one for all.
two=(-n 2 --dist loadfile)
[ -z "${SHIPLEDGER_TEST_KAFKA:-}" ] || two=()
run -m "kafka and not long and not artefacts" "${two[@]}" "$@"
