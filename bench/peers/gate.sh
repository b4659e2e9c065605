#!/bin/sh
# The paired gate: gate.sh [TRIALS]. A hostile tree under Proa and under its peers, killed and stopped in order; it fails
# if Proa leaves a process, and if a peer leaves none (the tree would have no teeth). Writes bench/results/faults.
set -eu
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
checkout=$(CDPATH='' cd -- "$here/../.." && pwd -P)
PROA_JAVA_HOME=$(sh "$checkout/build/jdk.sh")
export PROA_JAVA_HOME
"$checkout/proa" --version >/dev/null
sh "$here/install.sh"

# The user of a box may not see the checkout, so what runs there is copied to where everybody may read.
stage=$(mktemp -d "${TMPDIR:-/tmp}/proa-gate.XXXXXX")
trap 'chmod -R u+w "$stage" && rm -rf "$stage"' EXIT
build=$(cat "$checkout/target/dist/current")
mkdir -p "$stage/target/dist" "$stage/work"
cp "$checkout/proa" "$checkout/native/guard/tests/box.sh" "$checkout/native/guard/tests/box_init.py" "$here"/*.py "$stage"
cp -R "$checkout/build" "$stage/build"
cp -R "$checkout/target/dist/$build" "$stage/target/dist/$build"
cp "$checkout/target/dist/current" "$stage/target/dist/current"
cp -R "$checkout/target/peers" "$stage/target/peers"
sed "s|$checkout/target/dist/|$stage/target/dist/|g" "$checkout/target/dist/$build/java.options" >"$stage/target/dist/$build/java.options"
touch -d 2100-01-01 "$stage/target/dist/$build/stamp"
cc=$(command -v musl-gcc || command -v "${CC:-cc}" || command -v gcc || command -v clang)
"$cc" -O2 -static -o "$stage/calm" "$checkout/native/guard/tests/nasty.c"
chmod -R a+rX "$stage"
chmod 1777 "$stage/work"

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
export TMPDIR="$stage/work" PYTHONDONTWRITEBYTECODE=1
"$python" "$here/gate.py" "$checkout" "$stage" "${1:-5}"
