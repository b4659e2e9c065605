#!/bin/sh
# Runs a command where nothing it starts can get out: box.sh LIMIT COMMAND...
# A PID namespace of its own that ends with the command, and at most LIMIT processes. With PROA_CGROUP,
# a new folder of a cgroup2 mount, also a cgroup that is given to the box's user, as systemd does it.
set -eu
limit=$1
shift
here=$(cd "$(dirname -- "$0")" && pwd)
# The system's own one first: the box's user may not see what lies in a home folder.
python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3)
if [ "$(id -u)" -eq 0 ]; then
    # The process limit does not hold for root, so the command runs as a user that nobody else is.
    user=$((61000 + $$ % 4000))
    if [ -n "${PROA_CGROUP:-}" ]; then
        mkdir "$PROA_CGROUP" "$PROA_CGROUP/box"
        for folder in "$PROA_CGROUP" "$PROA_CGROUP/box"; do
            chown "$user" "$folder" "$folder/cgroup.procs" "$folder/cgroup.subtree_control"
        done
        echo $$ >"$PROA_CGROUP/box/cgroup.procs"
    fi
    set -- setpriv --reuid "$user" --regid "$user" --clear-groups prlimit "--nproc=$limit:$limit" "$@"
    exec unshare --pid --fork --kill-child --mount-proc \
        "$python" "$here/box_init.py" "$@"
fi
exec unshare --user --map-current-user --pid --fork --kill-child --mount-proc \
    prlimit "--nproc=$limit:$limit" "$python" "$here/box_init.py" "$@"
