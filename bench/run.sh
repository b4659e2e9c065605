#!/bin/sh
# Runs benchmarks and writes bench/results/NAME.json: bench/run.sh [NAME...]; bench/run.sh --table writes docs/benchmarks.md.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P)
JAVA_HOME=$(sh "$checkout/build/jdk.sh")
export JAVA_HOME
cd "$checkout"

# What is measured must be built, and built before it is measured.
./proa --version >&2
jar=bench/target/proa-bench-0.1.0.jar
if [ ! -f "$jar" ] || [ ! -d bench/target/lib ] ||
    [ -n "$(find pom.xml bench/pom.xml bench/src/main core/src/main eventlog/src/main -newer "$jar" -print | head -n 1)" ]; then
    ./mvnw -q -B -ntp package -Dmaven.test.skip=true -pl bench -am >&2
fi

# The collector and heap of the product, so that the writer in this process is not better off than the one in the product.
exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms24m -Xmx192m --enable-native-access=ALL-UNNAMED \
    -cp "$jar:bench/target/lib/*" dev.proa.bench.Main "$checkout" "$@"
