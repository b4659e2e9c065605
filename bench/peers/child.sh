#!/bin/sh
# Compiles the child of the comparisons: child.sh OUT. Static, with musl where there is one.
set -eu
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
cc=$(command -v musl-gcc || command -v "${CC:-cc}" || command -v gcc || command -v clang)
exec "$cc" -std=c11 -O2 -static -s -Wall -Wextra -Werror -o "$1" "$here/child.c"
