#!/usr/bin/env bash
# Checks the parts that come from the operating system: Python 3.11 with venv, a JDK 17 or newer, Maven.
# Prints nothing where nothing is missing. Otherwise it says what, and installs it by apt-get (Debian, Ubuntu) only where
# it is asked to: whoever runs it as root asks, SHIPLEDGER_APT=yes or CI=true lets it try `sudo -n` as well, and
# SHIPLEDGER_APT=no forbids it. Else one line says what to do, and the exit code is 1.
# Parts that only some tests need are asked for by name:
#   system-parts.sh [promtool] [amtool] [chromium] [buildah] [mmdebstrap]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

has_python() { "$here/find-python.sh" >/dev/null; }

java_command() {
    if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/java" ]; then echo "$JAVA_HOME/bin/java"; else echo java; fi
}

has_java() {
    local version
    version=$("$(java_command)" -version 2>&1 | sed -nE 's/.*version "([0-9]+).*/\1/p' | head -n 1) || return 1
    [ -n "$version" ] && [ "$version" -ge 17 ]
}

has_maven() { command -v mvn >/dev/null; }

packages=() names=()
missing() { # shown name, Debian packages...
    names+=("$1")
    packages+=("${@:2}")
}

optional=" $* "
wants() { [[ $optional == *" $1 "* ]]; }
has_promtool() { command -v promtool >/dev/null; }
has_chromium() { [ -x /usr/bin/chromium ]; }
has_amtool() { command -v amtool >/dev/null; }
has_buildah() { command -v buildah >/dev/null; }
has_mmdebstrap() { command -v mmdebstrap >/dev/null; }

look() {
    packages=() names=()
    has_python || missing "Python 3.11 with venv (python3.11 python3.11-venv)" python3.11 python3.11-venv
    has_java || missing "JDK 17 (openjdk-17-jdk-headless)" openjdk-17-jdk-headless
    has_maven || missing "Maven (maven)" maven
    ! wants promtool || has_promtool || missing "promtool (prometheus)" prometheus
    ! wants amtool || has_amtool || missing "amtool (prometheus-alertmanager)" prometheus-alertmanager
    ! wants chromium || has_chromium || missing "Chromium (chromium)" chromium
    ! wants buildah || has_buildah || missing "buildah (buildah)" buildah
    ! wants mmdebstrap || has_mmdebstrap || missing "mmdebstrap (mmdebstrap)" mmdebstrap
}

listed() {
    local IFS=, joined
    joined=${names[*]}
    echo "${joined//,/, }"
}

refuse() {
    echo "$1 Install as root: apt-get install -y --no-install-recommends ${packages[*]} - then run the command again." >&2
    exit 1
}

look
[ ${#packages[@]} -eq 0 ] && exit 0
command -v apt-get >/dev/null || refuse "Missing: $(listed)."
[ "${SHIPLEDGER_APT:-}" != no ] || refuse "Missing: $(listed). SHIPLEDGER_APT=no forbids to install it."
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    [ "${SHIPLEDGER_APT:-}" = yes ] || [ "${CI:-}" = true ] || refuse "Missing: $(listed)."
    as_root=(sudo -n)
    "${as_root[@]}" true 2>/dev/null || refuse "Missing: $(listed). sudo asks for a password."
fi
echo "Missing: $(listed). Installing by apt-get, as root: ${packages[*]}"
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get)
"${apt[@]}" update -qq || refuse "apt-get update failed."
# Its hundreds of lines of progress help nobody; its errors are shown.
"${apt[@]}" install -qq -y --no-install-recommends "${packages[@]}" >/dev/null || refuse "apt-get install failed."
look
[ ${#packages[@]} -eq 0 ] || refuse "Still missing after apt-get: $(listed)."
