#!/bin/sh
# Tests proa-guard: run.sh [--long] [TEST...]. Everything hostile runs in a box (see box.sh).
set -eu
here=$(cd "$(dirname -- "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/proa-guard-tests.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

"$here/../build.sh" "$work/proa-guard"
cc=$(command -v "${CC:-cc}" || command -v gcc || command -v clang || command -v musl-gcc)
"$cc" -O2 -Wall -Wextra -o "$work/nasty" "$here/nasty.c"
setuid=
if [ "$(id -u)" -eq 0 ]; then
    setuid=$work/untouchable
    cp "$work/nasty" "$setuid"
    chmod 4755 "$setuid"
fi
# The same sources once more, with the compiler's own checks of memory and arithmetic.
checked=
if "$cc" -std=c11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
    -o "$work/proa-guard-checked" "$here"/../*.c 2>"$work/sanitizer.log"; then
    checked=$work/proa-guard-checked
else
    echo "guard tests: this compiler has no sanitizers, the frames are tested without"
fi
cp "$here"/*.py "$here/box.sh" "$work"
chmod 644 "$work"/*.py

if [ "${1:-}" = --long ]; then
    shift
    PROA_TRIALS=200 PROA_FUZZ=3000
    export PROA_TRIALS PROA_FUZZ
fi
[ $# -gt 0 ] || set -- test_sidecars test_listeners test_confinement test_detach test_deaths test_frames
PROA_SETUID=$setuid PROA_GUARD=$work/proa-guard PROA_GUARD_CHECKED=$checked PROA_NASTY=$work/nasty PYTHONDONTWRITEBYTECODE=1
ASAN_OPTIONS=detect_leaks=0
export PROA_SETUID PROA_GUARD PROA_GUARD_CHECKED PROA_NASTY PYTHONDONTWRITEBYTECODE ASAN_OPTIONS
cd "$work"
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
failed=0
for tests; do
    "$work/box.sh" 700 "$python" -m unittest $tests || failed=1
done
exit $failed
