#!/bin/sh
# Puts one runnable build together: assemble.sh CHECKOUT BUILD_STARTED
# Each build gets a folder of its own that never changes again (a running instance keeps its jars), and
# target/dist/current names the newest one.
set -eu
checkout=$1
started=$2
out=$checkout/target/dist
id=$(date -u +%Y%m%dT%H%M%S)-$$
home=$out/$id

mkdir -p "$home/libexec"
cp -R "$checkout/product/target/lib" "$home/lib"
cp "$checkout/supervisor/target/native/proa-guard" "$checkout/cli/target/native/proa-hook" "$home/libexec/"
touch -d "$started" "$home/stamp"

printf '%s\n' "$id" >"$out/current.new"
mv "$out/current.new" "$out/current"

# The two builds before this one stay: a running instance may still use their jars.
ls -1d "$out"/[0-9]* 2>/dev/null | sort | head -n -3 | while IFS= read -r old; do rm -rf "$old"; done
