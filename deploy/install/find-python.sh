#!/usr/bin/env bash
# Prints the path of a Python that can make virtual environments; exit code 1 where there is none.
#   find-python.sh [VERSION]   such as 3.13; without one: 3.11, else 3.12, else 3.13
set -euo pipefail

usable() { # command, version
    # ensurepip is what Debian keeps in a separate package such as python3.11-venv.
    "$1" -c "import sys, venv, ensurepip; sys.exit('%d.%d' % sys.version_info[:2] != '$2')" 2>/dev/null
}

candidates() { # version
    echo "python$1"
    echo python3
    echo "/usr/bin/python$1"
    # pyenv keeps the versions that are not on PATH.
    ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/"$1".*/bin/python3 2>/dev/null || true
}

for version in ${1:-3.11 3.12 3.13}; do
    for candidate in $(candidates "$version"); do
        if usable "$candidate" "$version"; then
            # The one underneath an active virtual environment: that environment may be the one to be replaced.
            "$candidate" -c 'import sys; print(sys._base_executable)'
            exit 0
        fi
    done
done
exit 1
