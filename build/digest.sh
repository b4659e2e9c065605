#!/bin/sh
# Writes the SHA-256 of a program as a resource of a jar: digest.sh PROGRAM OUT
set -eu
mkdir -p "$(dirname -- "$2")"
if command -v sha256sum >/dev/null 2>&1; then sum=$(sha256sum <"$1"); else sum=$(shasum -a 256 <"$1"); fi
printf '%s\n' "${sum%% *}" >"$2.new"
mv -f "$2.new" "$2"
