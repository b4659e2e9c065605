#!/bin/sh
# Builds Proa into target/dist under a lock; JAVA_HOME is a JDK 25. Called by ./proa.
set -u
cd -- "$(dirname "$0")/.." || exit 73
log=$PWD/target/build.log
mkdir -p target || exit 73

say() { printf 'proa: %s\n' "$*" >&2; }

# What the build needs beyond the JDK: one sentence each, before anything is downloaded.
if ! command -v musl-gcc >/dev/null && ! command -v "${CC:-cc}" >/dev/null && ! command -v gcc >/dev/null; then
    say "no C compiler was found (searched musl-gcc, ${CC:-cc}, gcc on the PATH); install one to build Proa's guard (Debian: apt install gcc libc6-dev)."
    exit 69
fi
sh build/pages.sh --check || exit $?

# One build at a time; the kernel frees a flock whatever ends its holder.
if command -v flock >/dev/null; then
    exec 9>target/build.lock
    if ! flock -n 9; then
        say "another build of this checkout is running; waiting for it."
        flock 9
    fi
else
    until mkdir target/build.lock.d 2>/dev/null; do
        holder=$(cat target/build.lock.d/pid 2>/dev/null)
        if [ -n "$holder" ] && ! kill -0 "$holder" 2>/dev/null; then
            rm -rf target/build.lock.d
        fi
        sleep 1
    done
    echo $$ >target/build.lock.d/pid
    trap 'rm -rf target/build.lock.d' EXIT
fi

# Whoever held the lock may have built what we need.
sh build/stale.sh || exit 0

# An interrupted build may have left half-written files that look newer than their sources.
if [ -e target/building ]; then
    rm -rf ./*/target/classes ./*/target/native ./*/target/maven-status ./*/target/*.jar \
        apps/*/target/classes apps/*/target/maven-status apps/*/target/*.jar apps/*/page/dist
fi
: >target/building

if [ -d target/dist ]; then
    say "sources have changed since the last build; building (log: $log)."
else
    say "first build: compiling, with libraries fetched by Maven and npm; this takes some minutes (log: $log)."
fi
{
    ./mvnw -B -ntp package -Dmaven.test.skip=true -pl product -am 2>&1
    echo $? >target/build.status
} | awk -v log_file="$log" '{ print > log_file; fflush(log_file) }
    /^\[INFO\] Building Proa [a-z]/ { sub(/^\[INFO\] Building Proa */, ""); sub(/ [0-9][0-9.]* +\[/, " ["); printf "  %s\n", $0 > "/dev/stderr" }'
status=$(cat target/build.status 2>/dev/null || echo 70)
rm -f target/building
if [ "$status" != 0 ]; then
    say "the build failed; the lines that matter:"
    grep -E '^\[ERROR\]|^\[WARNING\] .*\.java:\[|error:|BUILD FAILURE|npm (error|ERR)' "$log" | grep -vE 'e-run Maven|\[Help 1\]|^\[ERROR\] *$|For more information about the errors|After correcting the problems|mvn <args>' |
        awk '!seen[$0]++' | head -n 15 >&2
    say "the whole log is $log."
    case $status in 69) exit 69 ;; *) exit 70 ;; esac
fi
