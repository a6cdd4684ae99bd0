#!/usr/bin/env bash
# Prints the path of a Python 3.11 that can make virtual environments; exit code 1 where there is none.
set -euo pipefail

for candidate in python3.11 python3 /usr/bin/python3.11; do
    # ensurepip is what Debian keeps in the separate package python3.11-venv.
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        # The one underneath an active virtual environment: that environment may be the one to be replaced.
        "$candidate" -c 'import sys; print(sys._base_executable)'
        exit 0
    fi
done
exit 1
