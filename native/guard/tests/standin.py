"""Stands in for the JVM: starts a guard and one sidecar, tells their pids, and waits to be killed."""
import signal
import sys

import guardlib as g

guard = g.Guard()
words = sys.argv[2:]
sidecar = guard.spawn([g.NASTY, sys.argv[1]], more=[g.field(g.NAMESPACE, 1)] if "pidns" in words else [])
started = guard.event(g.STARTED, sidecar)
fd = guard.open(started)
guard.opened(sidecar)
if "early" not in words:
    g.read_until(fd, b"ready")
print(guard.process.pid, guard.pid, started[g.GUARD_PID], started[g.PID], flush=True)
while True:
    signal.pause()
