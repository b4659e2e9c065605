#!/bin/sh
# Runs benchmarks and writes bench/results/NAME.json: bench/run.sh [NAME...]; bench/run.sh --table writes docs/benchmarks.md.
# PROA_BENCH_EVENTS (1000000) is how long the history of `history` and `live` is, PROA_BENCH_LIVE_SECONDS (600) how long `live` takes.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P)
JAVA_HOME=$(sh "$checkout/build/jdk.sh")
export JAVA_HOME
cd "$checkout"

# What is measured must be built, and built before it is measured.
./proa --version >&2
jar=bench/target/proa-bench-0.1.0.jar
if [ ! -f "$jar" ] || [ ! -d bench/target/lib ] ||
    [ -n "$(find pom.xml bench/pom.xml bench/src/main core/src/main eventlog/src/main journal/src/main profile/src/main supervisor/src/main -newer "$jar" -print | head -n 1)" ]; then
    ./mvnw -q -B -ntp package -Dmaven.test.skip=true -pl bench -am >&2
fi

# The product's own options (the last class path counts), so that the writer in this process is no better off than the one in the product.
exec "$JAVA_HOME/bin/java" @"target/dist/$(cat target/dist/current)/java.options" -cp "$checkout/$jar:$checkout/bench/target/lib/*" dev.proa.bench.Main "$checkout" "$@"
