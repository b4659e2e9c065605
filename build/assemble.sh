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
cp "$checkout/supervisor/target/native/proa-guard" "$checkout/supervisor/target/native/proa-guard.sha256" "$checkout/cli/target/native/proa-hook" "$home/libexec/"

"${JAVA_HOME:?}/bin/java" "$checkout/build/third-party/ThirdParty.java" "$checkout" "$home/lib" "$home/THIRD-PARTY.txt"

# The native libraries of Brotli and SQLite beside the jars: from within its jar each run would unpack them into the
# temporary folder, and one that is killed would leave them there.
for native in "$home"/lib/native-linux-*.jar; do
    (cd "$home" && "${JAVA_HOME:?}/bin/jar" xf "$native" lib)
done
brotli=$(ls "$home"/lib/linux-*/libbrotli.so)
case $(uname -m) in aarch64 | arm64) sqlite=aarch64 ;; *) sqlite=x86_64 ;; esac
(cd "$home" && "${JAVA_HOME:?}/bin/jar" xf lib/sqlite-jdbc-*.jar "org/sqlite/native/Linux/$sqlite")
mkdir "$home/lib/sqlite"
mv "$home/org/sqlite/native/Linux/$sqlite/libsqlitejdbc.so" "$home/lib/sqlite/"
rm -r "$home/org"

# Netty names channels by this machine's network cards, which costs a start time and a warning where there are none;
# on loopback the names need not differ between machines.
# Its watch for leaked buffers wraps some of them and notes stacks, which the proxy's hot path feels; the tests keep it on.
# Netty writes heads byte by byte; without the plain memory access that it leaves alone on new JDKs, each byte is checked several times.
# SQLite's memory goes back to the system every five seconds: after 168 questions about a million events the C library
# kept 276 MiB of it that was free (478 MiB in all, 202 after a trim).
# A young generation of 24 MiB: with the 8 MiB the JVM takes by itself the proxy needs 5 % more CPU. What many writers have
# under way at once lives through a collection or two, and what does not fit among the survivors becomes old, up to a whole
# collection of 50 to 70 ms a second under forty writers. So it grows to 48 MiB with what is old, and each of its two survivor spaces is a quarter of it.
# The old generation grows to what it may have before it is looked at. When it was, by the collector or by `HeapTrim`, twice
# what is in use stays, at once and not after four collections.
# A java argument file: quoted, with backslashes and quotes escaped.
quoted() { printf '"%s"\n' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"; }
class_path=
for jar in "$home"/lib/*.jar; do class_path=$class_path${class_path:+:}$jar; done
{
    printf '%s\n' -Xlog:disable -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData \
        -Dio.netty.machineId=02:00:00:00:00:00:00:01 -Dio.netty.processId=1 -Dio.netty.leakDetection.level=disabled \
        -Dio.netty.noUnsafe=false --sun-misc-unsafe-memory-access=allow \
        -XX:TrimNativeHeapInterval=5000 -Xms32m -Xmx160m -XX:NewSize=24m -XX:MaxNewSize=48m -XX:NewRatio=1 -XX:SurvivorRatio=2 -XX:TargetSurvivorRatio=90 -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=50 -XX:-ShrinkHeapInSteps -XX:MaxDirectMemorySize=48m -Xss512k -XX:MaxMetaspaceSize=96m -Djava.awt.headless=true --enable-native-access=ALL-UNNAMED
    quoted "-Dproa.home=$home"
    quoted "-Dbrotli4j.library.path=$brotli"
    quoted "-Dorg.sqlite.lib.path=$home/lib/sqlite"
    printf '%s\n' -cp
    quoted "$class_path"
} >"$home/java.options"

# A short real run teaches the JVM which classes a start needs. The archive lies beside jars that never change, since
# JDK 25 runs stale code when a jar under it is replaced. Without it everything works, only slower.
# The first page that is opened needs as many classes again as the start: it is asked for as a browser does, about events that
# were posted before.
asked() { curl -fsS -m 10 -o /dev/null -H "X-Proa-Token: $token" "$@"; }
field() { sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" "$work/d/runtime/instance.json"; }
open_page() {
    command -v curl >/dev/null || return 1
    token=$(field token) base=$(field base_url) ingest=$(field ingest_url)
    for event in '"event_type":"user_prompt","metadata":{"message":"build it"}' \
        '"event_type":"tool_use","tool_name":"Bash","status":"error","duration_ms":7,"metadata":{"command":"make","error":"no"}' \
        '"event_type":"llm_response","model":"claude-sonnet-4-5","tokens_in":900,"tokens_out":90,"metadata":{"text":"built"}'; do
        curl -fsS -m 10 -o /dev/null -H 'content-type: application/json' -d "{\"session_id\":\"s\",\"agent_type\":\"claude_code\",\"project\":\"p\",$event}" \
            "$ingest/api/events" || return 1
    done
    for path in / /_proa/runtime/info '/api/events?limit=200' '/api/sessions?limit=500' /api/stats '/api/costs?by=day' \
        '/api/costs/series?bucket=hour&by=project' /api/stats/tools /api/limits '/api/search?q=build'; do
        asked --compressed "$base$path" || return 1
    done
}

train() {
    work=$(mktemp -d) || return 1
    trap 'rm -rf "$work"' EXIT
    java="${JAVA_HOME:?}/bin/java"
    export HOME="$work" XDG_STATE_HOME="$work/state" XDG_DATA_HOME="$work/data"
    "$java" -XX:AOTCacheOutput="$home/proa.aot" @"$home/java.options" dev.proa.cli.Main run "$checkout/apps/agent-monitor" \
        --window none --json --data-dir "$work/d" --ingest-port 0 >"$work/out" 2>"$work/err" &
    run=$!
    tries=0
    until grep -q '"event":"ready"' "$work/out" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] && kill -0 $run 2>/dev/null || break
        sleep 0.1
    done
    open_page || echo "assemble: no page was opened for the archive of classes; the first page opens slower." >&2
    "$java" @"$home/java.options" dev.proa.cli.Main stop --data-dir "$work/d" >/dev/null 2>&1 || kill $run 2>/dev/null
    wait $run
    [ -s "$home/proa.aot" ] || { cat "$work/out" "$work/err"; return 1; }
}
if ! (train); then
    echo "assemble: no archive of classes could be made; Proa starts slower without it." >&2
fi

touch -d "$started" "$home/stamp"
printf '%s\n' "$id" >"$out/current.new"
mv "$out/current.new" "$out/current"

# The two builds before this one stay: a running instance may still use their jars.
ls -1d "$out"/[0-9]* 2>/dev/null | sort | head -n -3 | while IFS= read -r old; do rm -rf "$old"; done
