#!/bin/sh
# Measures Proa beside its peers: compare.sh WORK OUT usual|smoke. All of it runs in a PID namespace that ends with it.
set -eu
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
checkout=$(CDPATH='' cd -- "$here/../.." && pwd -P)
work=$1 out=$2 size=$3
PROA_JAVA_HOME=$(sh "$checkout/build/jdk.sh")
export PROA_JAVA_HOME PYTHONDONTWRITEBYTECODE=1
sh "$here/install.sh"
sh "$here/child.sh" "$work/child"
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
user=
[ "$(id -u)" -eq 0 ] || user='--user --map-current-user'
# shellcheck disable=SC2086 # two words or none
exec unshare $user --pid --fork --kill-child --mount-proc \
    "$python" "$checkout/native/guard/tests/box_init.py" "$python" "$here/compare.py" "$checkout" "$work" "$out" "$size"
