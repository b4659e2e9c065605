#!/bin/sh
# Tests proa-guard: run.sh [--java CLASSES] [--long] [TEST...]. Everything hostile runs in a box (see box.sh).
# With --java, the guard written in Java is tested; CLASSES are the folders it is compiled to, separated by colons.
set -eu
here=$(cd "$(dirname -- "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/proa-guard-tests.XXXXXX")
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"

java_classes=
if [ "${1:-}" = --java ]; then
    java_classes=$2
    shift 2
fi
if [ -z "$java_classes" ]; then
    "$here/../build.sh" "$work/proa-guard"
else
    # Copied, as the box's user may not see the checkout.
    class_path=
    number=0
    old_ifs=$IFS
    IFS=:
    for classes in $java_classes; do
        number=$((number + 1))
        cp -R "$classes" "$work/classes$number"
        class_path=$class_path${class_path:+:}$work/classes$number
    done
    IFS=$old_ifs
    chmod -R a+rX "$work"
    # The options that matter for what is tested; the guard's own children get all of them.
    cat >"$work/proa-guard" <<END
#!/bin/sh
exec "${JAVA_HOME:?}/bin/java" -Xlog:disable -Xlog:all=off -Xrs -Xmx24m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
    --enable-native-access=ALL-UNNAMED -cp "$class_path" dev.proa.supervisor.JavaGuard "\$@"
END
    chmod 755 "$work/proa-guard"
    PROA_GUARD_JAVA=1 PROA_TRIALS=${PROA_TRIALS:-3} PROA_FUZZ=${PROA_FUZZ:-8}
    export PROA_GUARD_JAVA PROA_TRIALS PROA_FUZZ
fi
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
if [ -n "$java_classes" ]; then
    :
elif "$cc" -std=c11 -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
    -o "$work/proa-guard-checked" "$here"/../*.c 2>"$work/sanitizer.log"; then
    checked=$work/proa-guard-checked
else
    echo "guard tests: this compiler has no sanitizers, the frames are tested without"
fi
cp "$here"/*.py "$here/box.sh" "$work"
chmod 644 "$work"/*.py

if [ "${1:-}" = --long ]; then
    shift
    if [ -z "$java_classes" ]; then PROA_TRIALS=200 PROA_FUZZ=3000; else PROA_TRIALS=20 PROA_FUZZ=100; fi
    export PROA_TRIALS PROA_FUZZ
fi
[ $# -gt 0 ] || set -- test_sidecars test_deaths test_frames
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
