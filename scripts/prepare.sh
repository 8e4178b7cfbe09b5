#!/bin/sh
# Makes .venv and installs what is needed there: prepare.sh run|dev
#
# Each step leaves a stamp in .venv with the content it was done for, and is skipped while that still holds. Content
# decides, not the time of a file: a fresh checkout or a switched branch does not install again what is there already.
set -eu
cd "$(dirname "$0")/.."
want=$1

say() { echo "==> $*"; }
sum() { cat "$@" | cksum | tr ' ' '-'; }
stamp() { cat ".venv/.stamp-$1" 2>/dev/null || true; }
pip() { .venv/bin/python -m pip --disable-pip-version-check "$@"; }

# A virtual environment knows its own path and its Python: when either is gone, it is made anew.
if [ "$(stamp venv)" != "$PWD" ] || ! .venv/bin/python -c '' 2>/dev/null; then
    python=$(sh scripts/find-python.sh)
    say "Making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
    echo "$PWD" >.venv/.stamp-venv
fi

# The dev lock holds everything in the runtime lock, in the same versions.
run="run $(sum requirements.lock)"
dev="dev $(sum requirements.lock requirements-dev.lock)"
case "$want:$(stamp packages)" in
"run:$run" | "run:$dev" | "dev:$dev") ;;
*)
    if [ "$want" = dev ]; then lock=requirements-dev.lock; else lock=requirements.lock; fi
    say "Installing the packages in $lock, checked by their hashes (minutes the first time, then never again)"
    rm -f .venv/.stamp-packages
    pip install --require-hashes -r "$lock" || {
        echo "The packages could not be installed: pip says why above. Run the same command again to go on." >&2
        exit 1
    }
    if [ "$want" = dev ]; then echo "$dev"; else echo "$run"; fi >.venv/.stamp-packages
    ;;
esac

project=$(sum pyproject.toml interviewer/__init__.py)
if [ "$(stamp project)" != "$project" ]; then
    say "Installing the project itself, in place"
    pip install --quiet --no-deps --no-build-isolation --editable .
    echo "$project" >.venv/.stamp-project
fi
