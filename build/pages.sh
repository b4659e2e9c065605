#!/bin/sh
# Builds the pages with npm where their sources changed; --check only looks for a usable Node.
set -u
here=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P)
cd "$here" || exit 73

node_version=$(node --version 2>/dev/null | sed 's/^v//')
major=${node_version%%.*}
minor=$(printf '%s' "$node_version" | cut -d. -f2)
if [ -z "$node_version" ] || ! command -v npm >/dev/null || [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    echo "proa: Node 20.19 or newer with npm is needed to build the pages (found: ${node_version:-none on the PATH}); install it (Debian: apt install nodejs npm, or from nodejs.org)." >&2
    exit 69
fi
[ "${1:-}" = --check ] && exit 0

if [ ! -f node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-audit --no-fund --loglevel=error || exit $?
    touch node_modules/.package-lock.json
fi
page=apps/agent-monitor/page
if [ ! -f "$page/dist/index.html" ] || [ -n "$(find web/client "$page" package-lock.json build/pages.sh \
    \( -name node_modules -o -name dist -o -name test \) -prune -o -type f -newer "$page/dist/index.html" -print | head -n 1)" ]; then
    npm run build --workspaces --if-present --loglevel=error || exit $?
    touch "$page/dist/index.html"
fi
