#!/bin/sh
# Exits 0 when there is no build, or when a file it was made from (or a folder of such files) is newer; else 1.
set -u
cd -- "$(dirname "$0")/.." || exit 0
[ -f target/dist/current ] || exit 0
stamp=target/dist/$(cat target/dist/current)/stamp
[ -f "$stamp" ] || exit 0
newer=$(find . \
    \( -name target -o -name node_modules -o -name dist -o -name .git -o -name test -o -name tests \
    -o -path ./bench -o -path ./rules -o -path ./testkit -o -path ./docs -o -path ./examples -o -path ./changelog \) -prune -o \
    \( -type f \( -path '*/src/main/*' -o -path './native/*' -o -path '*/page/*' -o -path './web/*' -o -path './build/*' \
    -o -path './.mvn/*' -o -name pom.xml -o -name 'package*.json' \) \
    -o -type d \( -path '*/src/main/*' -o -path './native/*' -o -path '*/page/*' -o -path './web/client/*' \) \) \
    -newer "$stamp" -print 2>/dev/null | head -n 1)
[ -n "$newer" ]
