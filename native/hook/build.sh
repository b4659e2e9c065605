#!/bin/sh
# Builds proa-hook: build.sh OUT. Static with musl where there is one, else static with the system's C
# library, else dynamic; the same sources give the same bytes with the same compiler.
set -eu
[ $# -eq 1 ] || { echo "usage: build.sh OUT" >&2; exit 64; }
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
cd "$(dirname -- "$0")"

cc=
for candidate in ${PROA_CC:-} musl-gcc cc gcc clang; do
    if command -v "$candidate" >/dev/null 2>&1; then cc=$candidate; break; fi
done
if [ -z "$cc" ]; then
    echo "No C compiler: looked for musl-gcc, cc, gcc and clang on the PATH; install one (Debian and Ubuntu: apt-get install musl-tools, or gcc)." >&2
    exit 69
fi

SOURCE_DATE_EPOCH=0 LC_ALL=C
export SOURCE_DATE_EPOCH LC_ALL
mkdir -p "$(dirname -- "$out")"

# A static glibc warns that getaddrinfo needs its shared library at run time; it is called for a host that
# the user named, and a machine that built this has that library.
compile() {
    "$cc" -std=c11 -O2 "$@" \
        -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
        -Wformat=2 -Wvla -Wundef -Wwrite-strings \
        -fstack-protector-strong -ffunction-sections -fdata-sections \
        -o "$out.new" proa-hook.c bash.c cut.c feed.c find.c ingest.c os.c owner.c safety.c \
        shell.c spool.c target.c wrapper.c
}

elf="-s -Wl,--build-id=none -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now"
if [ "$(uname -s)" = Linux ]; then
    # shellcheck disable=SC2086 # a list of options
    compile -static $elf 2>"$out.log" || compile $elf 2>"$out.log" || { cat "$out.log" >&2; rm -f "$out.log"; exit 1; }
    rm -f "$out.log"
else
    compile
fi
mv -f "$out.new" "$out"
