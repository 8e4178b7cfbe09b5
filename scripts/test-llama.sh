#!/bin/sh
# Plays interviews with a server that nobody here wrote: llama-cpp-python's, on a model of random weights.
#
# The server has an environment of its own, .venv-llama (or LLAMA=folder); compiling it takes some minutes, once. BIN is
# where our own Python is. PYTEST_ARGS go to pytest.
set -eu
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
LLAMA=${LLAMA:-.venv-llama}
NEEDS="llama-cpp-python[server]==0.3.36 gguf==0.19.0"

if [ "$(cat "$LLAMA/.stamp" 2>/dev/null)" != "$NEEDS" ]; then
    echo "==> Compiling llama.cpp into $LLAMA (minutes the first time, then never again)"
    for tool in cc c++; do
        command -v "$tool" >/dev/null || { echo "test-llama: a compiler ($tool) is needed" >&2; exit 1; }
    done
    [ -x "$LLAMA/bin/python" ] || "$BIN/python" -m venv "$LLAMA"
    # shellcheck disable=SC2086 # two requirements, not one
    CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-1} \
        nice "$LLAMA/bin/python" -m pip --disable-pip-version-check install --quiet $NEEDS
    echo "$NEEDS" >"$LLAMA/.stamp"
fi

echo "==> Making a model of random weights"
"$LLAMA/bin/python" scripts/llama_model.py "$LLAMA/random.gguf"

echo "==> Playing interviews through it (pytest)"
if [ -z "${INTERVIEWER_TEST_WEIGHTS:-}" ]; then
    INTERVIEWER_TEST_WEIGHTS=$(sh scripts/weights.sh --print-path)
    export INTERVIEWER_TEST_WEIGHTS
fi
# shellcheck disable=SC2086 # several arguments, not one
TEST_LLAMA=$(cd "$LLAMA" && pwd) exec "$BIN/python" -m pytest tests/llama ${PYTEST_ARGS:-}
