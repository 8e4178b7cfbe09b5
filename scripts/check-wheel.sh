#!/usr/bin/env bash
# Builds the source archive and, from it, the wheel; installs the wheel with the runtime lock in a fresh environment,
# and tries it far from the checkout: what runs there is what people get.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "==> $*"; }
fail() { echo "check-wheel: $*" >&2; exit 1; }

work=$(mktemp -d)
app=
trap 'if [ -n "$app" ]; then kill "$app" 2>/dev/null || true; wait "$app" || true; fi; rm -rf "$work"' EXIT

say "Building the wheel, by way of the source archive"
.venv/bin/python -m build --no-isolation --outdir "$work/dist" .
wheel=$(echo "$work"/dist/*.whl)

say "Installing it with the runtime lock in a fresh environment"
.venv/bin/python -m venv "$work/venv"
pip() { "$work/venv/bin/python" -m pip --disable-pip-version-check "$@"; }
pip install --quiet --require-hashes -r requirements.lock
pip install --quiet --no-deps "$wheel"
pip check || fail "the runtime lock does not satisfy pyproject.toml: run make lock"
if pip list --format=freeze | grep -iE '^(torch|nvidia|triton)'; then fail "these packages must not be needed"; fi

say "Trying it outside the checkout"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' interviewer/__init__.py)
mkdir "$work/home" "$work/elsewhere"
cd "$work/elsewhere"
unset PYTHONPATH XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME XDG_STATE_HOME
export HOME="$work/home"

shown=$("$work/venv/bin/interviewer" --version)
echo "$shown"
[[ "$shown" == *"$version"* ]] || fail "--version should name $version"

"$work/venv/bin/interviewer" bank --json >bank.json
head -c 400 bank.json
echo
"$work/venv/bin/python" - <<'END' || fail "interviewer bank --json did not print a bank"
import json
import pathlib

import interviewer

home = pathlib.Path(interviewer.__file__).parent
assert "site-packages" in home.parts, home
for data in ("prompts", "knowledge"):
    assert any((home / "_data" / data).rglob("*.*")), f"the wheel carries no {data}"

text = pathlib.Path("bank.json").read_text(encoding="utf-8")
try:
    bank = json.loads(text)
except json.JSONDecodeError:
    bank = [json.loads(line) for line in text.splitlines()]
assert bank, "empty"
END
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$work/venv/bin/interviewer" run --no-browser --port "$port" >app.log 2>&1 </dev/null &
app=$!
"$work/venv/bin/python" - "$port" <<'END' || { cat app.log; fail "interviewer run does not answer"; }
import sys
import time
import urllib.request

# No proxy stands between this machine and itself.
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for _ in range(120):
    time.sleep(0.5)
    try:
        answer = opener.open(f"http://127.0.0.1:{sys.argv[1]}/_stcore/health", timeout=5).read()
    except OSError:
        continue
    sys.exit(answer != b"ok")
sys.exit(1)
END

say "The wheel works: $(basename "$wheel"), $(du -h "$wheel" | cut -f1)"
