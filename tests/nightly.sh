#!/usr/bin/env bash
# Everything that takes too long for `make test`, each part within its bound, in under 85 minutes altogether; all parts
# run even where one fails. What each found is in build/reliability, and nightly.md there says how each ended.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

PYTHON=.venv/bin/python
OUT=build/reliability
mkdir -p "$OUT"
failed=0
{
    printf '# Nightly run of %s\n\n' "$(date -u +%FT%TZ)"
    printf '| part | seconds | ended |\n| --- | --- | --- |\n'
} >"$OUT/nightly.md"

part() { # name, bound in seconds, command...
    local name=$1 bound=$2 began=$SECONDS code=0 how=well
    shift 2
    timeout --signal=TERM --kill-after=30 "$bound" "$@" 2>&1 | tee "$OUT/$name.log"
    code=${PIPESTATUS[0]}
    [ "$code" -eq 124 ] && how="cut off after $bound s"
    [ "$code" -ne 0 ] && [ "$code" -ne 124 ] && how="failed ($code)"
    [ "$code" -ne 0 ] && failed=1
    printf '| %s | %s | %s |\n' "$name" "$((SECONDS - began))" "$how" >>"$OUT/nightly.md"
    [ "$code" -eq 0 ] || [ "$code" -eq 124 ]
}

# Each night draws schedules, steps, events, replies and shipments of its own.
night=$(date +%s)
drawing=(env SHIPLEDGER_TEST_SEED="$night" "$PYTHON" -m pytest --color=no)

# Beside the others, which mostly wait: every seam of the simulated worker is struck in 200 schedules, or in as many as
# there is time for; nightly.md names those that were struck less. It begins no more before it would be cut off, since
# only its end says what it did.
part simulation 5000 nice -n 19 "$PYTHON" -m tests.simulation many --bases 1 2 3 4 --enough 200 --at-once 3 \
    --seed "$night" --from "$night" --minutes 81 &
simulation=$!

# Nothing further is begun after so many minutes; what is under way then ends by itself, within the bound.
part crash 1620 "$PYTHON" -m tests.reliability crash --minutes 24
part network 420 "$PYTHON" -m tests.reliability network --minutes 5
part soak 420 "$PYTHON" -m tests.reliability soak --hours 0.1
# Without the samples of the three above.
part long 1380 "${drawing[@]}" -m "long and not artefacts" --ignore=tests/reliability/test_samples.py
part properties 360 "${drawing[@]}" -m "(hypothesis or drawn) and not (long or kafka or browser)" \
    --hypothesis-profile=nightly -n 2 --dist worksteal
part mutants 840 make mutants

wait "$simulation" || failed=1

{
    echo
    "$PYTHON" -m tests.simulation together "$OUT"/simulation.log
} >>"$OUT/nightly.md"

cat "$OUT/nightly.md"
exit "$failed"
