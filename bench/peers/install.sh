#!/bin/sh
# Installs the supervisors that Proa is compared with into target/peers, in the versions written here, by the usual
# package managers. One that cannot be had has its reason in target/peers/NAME.missing; that is no failure of this script.
set -u
checkout=$(CDPATH='' cd -- "$(dirname "$0")/../.." && pwd -P) || exit 73
out=$checkout/target/peers
mkdir -p "$out" || exit 73
cd "$out" || exit 73

# install NAME VERSION COMMAND...
install() {
    name=$1 version=$2
    shift 2
    [ "$(cat "$name/.version" 2>/dev/null)" = "$version" ] && return
    rm -rf "$name" "$name.missing"
    echo "peers: installing $name $version" >&2
    if "$@" >"$name.log" 2>&1; then
        printf '%s\n' "$version" >"$name/.version"
        return
    fi
    rm -rf "$name"
    {
        printf '%s %s could not be installed: ' "$name" "$version"
        grep -v '^[[:space:]]*$' "$name.log" | tail -n 1
    } >"$name.missing"
    cat "$name.missing" >&2
}

supervisord() { python3 -m pip install --disable-pip-version-check --no-input --target supervisord "supervisor==$version"; }

pm2() { npm install --prefix pm2 --no-audit --no-fund --loglevel=error "pm2@$version"; }

process_compose() {
    # Its program lies in a folder of its module, so it is built as a dependency.
    mkdir process-compose && cd process-compose || return
    printf 'module peers\n\ngo 1.25\n\nrequire github.com/f1bonacc1/process-compose v%s\n' "$version" >go.mod
    go build -mod=mod -trimpath -o process-compose github.com/f1bonacc1/process-compose/src 2>&1
    status=$?
    cd "$out" || return
    [ $status = 0 ] || { echo "the Go module proxy or the compiler refused it" >>process-compose.log; return 1; }
}

install supervisord 4.3.0 supervisord
install pm2 7.0.4 pm2
install process-compose 1.122.0 process_compose
exit 0
