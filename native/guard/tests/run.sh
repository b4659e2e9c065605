#!/bin/sh
# Tests proa-guard: run.sh [--java CLASSES] [--long] [--evidence FILE] [TEST...]. Everything hostile runs in a box
# (see box.sh). FILE gets the outcome of every test that is a number of trials, as JSON. With --java, the guard
# written in Java is tested; CLASSES are the folders it is compiled to, separated by colons.
set -eu
here=$(cd "$(dirname -- "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/proa-guard-tests.XXXXXX")
cgroup=
cleanup() {
    rm -rf "$work"
    if [ -n "$cgroup" ] && [ -d "$cgroup" ]; then find "$cgroup" -depth -type d -exec rmdir {} \; ; fi
}
trap cleanup EXIT
chmod 755 "$work"

evidence=
java_classes=
while [ $# -gt 0 ]; do
    case $1 in
        --long) PROA_LONG=1; export PROA_LONG ;;
        --java) java_classes=$2; shift ;;
        --evidence) evidence=$2; shift ;;
        *) break ;;
    esac
    shift
done

if [ -z "$java_classes" ]; then
    "$here/../build.sh" "$work/proa-guard"
    # Where the sources lie must not matter to a byte of it.
    mkdir -p "$work/else where/deeper"
    cp "$here"/../*.c "$here"/../*.h "$here/../build.sh" "$work/else where/deeper"
    "$work/else where/deeper/build.sh" "$work/else where/proa-guard"
    cmp "$work/proa-guard" "$work/else where/proa-guard"
    (cd "$work" && sha256sum --check --quiet proa-guard.sha256)
    [ -z "${PROA_LONG:-}" ] || { PROA_FUZZ=3000; export PROA_FUZZ; }
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
    PROA_GUARD_JAVA=1 PROA_FUZZ=8
    [ -z "${PROA_LONG:-}" ] || PROA_FUZZ=100
    export PROA_GUARD_JAVA PROA_FUZZ
fi
cc=$(command -v "${CC:-cc}" || command -v gcc || command -v clang || command -v musl-gcc)
"$cc" -O2 -Wall -Wextra -o "$work/nasty" "$here/nasty.c"
setuid=
if [ "$(id -u)" -eq 0 ]; then
    setuid=$work/untouchable
    cp "$work/nasty" "$setuid"
    chmod 4755 "$setuid"
fi
# Once more, as it would be on a kernel that cannot fork into a cgroup.
"$cc" -std=c11 -O1 -DPROA_CLONE3=9999 -o "$work/proa-guard-before-5.7" "$here"/../*.c
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

if [ $# -eq 0 ]; then
    set -- test_sidecars test_deaths test_frames
    [ -n "$java_classes" ] || set -- "$@" test_listeners test_confinement test_cgroups test_detach
fi
PROA_SETUID=$setuid PROA_GUARD=$work/proa-guard PROA_GUARD_CHECKED=$checked PROA_NASTY=$work/nasty PYTHONDONTWRITEBYTECODE=1
PROA_GUARD_OLD=$work/proa-guard-before-5.7
ASAN_OPTIONS=detect_leaks=0
export PROA_SETUID PROA_GUARD PROA_GUARD_CHECKED PROA_GUARD_OLD PROA_NASTY PYTHONDONTWRITEBYTECODE ASAN_OPTIONS
if [ -n "$evidence" ]; then
    mkdir -m 777 "$work/evidence"
    PROA_EVIDENCE=$work/evidence/trials.json
    export PROA_EVIDENCE
fi
mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)
cd "$work"
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
failed=0
at_once=2 # each in a box of its own, as a user of its own
[ -z "$evidence" ] || at_once=1 # they write one file
chosen=
for tests; do
    if [ "$tests" = test_cgroups ]; then
        if [ -z "$mount" ] || [ ! -w "$mount/cgroup.procs" ]; then
            echo "guard tests: cgroups are left out, as this user has no cgroup2 to write in"
            continue
        fi
        cgroup=$mount/proa-guard-tests-$$
    fi
    chosen="$chosen $tests"
done
# shellcheck disable=SC2016,SC2086 # expanded by the inner shell; a list of words
printf '%s\n' $chosen | cgroup=$cgroup python=$python xargs -P $at_once -n 1 sh -c '
    [ "$1" = test_cgroups ] || cgroup=
    PROA_CGROUP=$cgroup ./box.sh 700 "$python" -m unittest "$1" </dev/null >"$1.log" 2>&1
    code=$?
    cat "$1.log"
    exit $code' one || failed=1
if [ -n "$evidence" ] && [ -f "$work/evidence/trials.json" ]; then
    mkdir -p "$(dirname -- "$evidence")"
    cp "$work/evidence/trials.json" "$evidence"
fi
exit $failed
