#!/bin/sh
# Makes a Python environment with OpenTelemetry's exporters: otlp-venv.sh FOLDER
# For the long tests only; needs the network once.
set -eu
folder=$1
checkout=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd -P)
wanted=$checkout/product/src/test/python/requirements.txt
if ! cmp -s "$wanted" "$folder/requirements.txt"; then
    rm -rf "$folder"
    python3 -m venv "$folder" || { echo "otlp-venv: python3 cannot make an environment; install python3-venv." >&2; exit 69; }
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    cp "$wanted" "$folder/requirements.txt"
fi
echo "$folder/bin/python"
