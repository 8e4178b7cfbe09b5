#!/bin/sh
# Fetches the sentence encoder's weights and builds the index, once. Never fails: without them the app still works.
# With --print-path: prints the weights' folder if the weights are there, else nothing.
set -u
cd "$(dirname "$0")/.."

folder=$(.venv/bin/interviewer setup --print-path 2>/dev/null | tail -n 1)
if [ -s "$folder/model.safetensors" ]; then have=yes; else have=; fi

if [ "${1:-}" = --print-path ]; then
    [ -z "$have" ] || echo "$folder"
    exit 0
fi
[ -z "$have" ] || exit 0

echo "==> Fetching the sentence encoder's weights (90 MB, once)"
.venv/bin/interviewer setup || cat <<'END'
NOTICE: setup did not finish, for the reason above. Going on without what it makes; texts may be compared by their
        words only, which is coarser. Try again at any time: .venv/bin/interviewer setup
END
exit 0
