#!/bin/sh
# Builds proa-guard: build.sh OUT. Static, with musl where there is one; the same sources give the
# same bytes with the same compiler, wherever they lie. OUT.sha256 gets their digest.
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUT" >&2; exit 64; }
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
cd "$(dirname -- "$0")"

cc=
for candidate in musl-gcc "${CC:-cc}" gcc clang; do
    if command -v "$candidate" >/dev/null 2>&1; then cc=$candidate; break; fi
done
if [ -z "$cc" ]; then
    echo "No C compiler: looked for musl-gcc, ${CC:-cc}, gcc and clang on the PATH; install one (Debian and Ubuntu: apt-get install musl-tools, or gcc)." >&2
    exit 69
fi

SOURCE_DATE_EPOCH=0 LC_ALL=C
export SOURCE_DATE_EPOCH LC_ALL
mkdir -p "$(dirname -- "$out")"
"$cc" -std=c11 -O2 -static -s \
    -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
    -Wformat=2 -Wvla -Wundef -Wwrite-strings \
    -fstack-protector-strong -ffunction-sections -fdata-sections \
    -Wl,--build-id=none -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now \
    -o "$out.new" proa-guard.c root.c sidecars.c listeners.c child.c launch.c \
    namespace.c cgroup.c detach.c frame.c sweep.c family.c os.c
# With the name alone, so that it can be checked wherever both files are brought.
digest=$(sha256sum <"$out.new" | cut -d ' ' -f 1)
printf '%s  %s\n' "$digest" "$(basename -- "$out")" >"$out.sha256"
mv -f "$out.new" "$out"
