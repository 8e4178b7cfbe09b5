#!/bin/sh
# Prints a Python that can run this project: 3.11 to 3.13, with venv. PYTHON=... names one to use instead.
# Each candidate is really started: a name on the PATH proves nothing (pyenv puts shims there that only complain).
set -u

for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
    command -v "$name" >/dev/null 2>&1 || continue
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' >/dev/null 2>&1; then
        if "$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            "$name" -c 'import sys; print(sys.executable)'
            exit 0
        fi
        without_venv=$name
    fi
done

if [ -n "${without_venv:-}" ]; then
    echo "$without_venv is here but cannot make virtual environments: on Debian and Ubuntu, install python3-venv." >&2
elif [ -n "${PYTHON:-}" ]; then
    echo "PYTHON=$PYTHON is not a Python 3.11, 3.12 or 3.13 that runs here." >&2
else
    echo "Python 3.11, 3.12 or 3.13 is needed, and none was found: install one, or name it with PYTHON=/path/to/python." >&2
fi
exit 1
