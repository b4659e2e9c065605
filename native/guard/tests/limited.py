"""An application alone in its cgroup: are limits kept, and what do they do?"""
import os
import sys

import guardlib as g

FORK = """
import os, signal
made = 0
try:
    while True:
        if os.fork() == 0:
            signal.pause()
        made += 1
except BlockingIOError:
    print(made, flush=True)
"""


def start(guard, script, **limits):
    more = [g.field(g.PIDS_MAX, limits["pids"])] if "pids" in limits else []
    more += [g.long_field(g.MEMORY_MAX, limits["memory"])] if "memory" in limits else []
    id = guard.spawn([sys.executable, "-c", script], more=more)
    return id, guard.event(g.STARTED, id)


guard = g.Guard(instance="limits")
id, started = start(guard, "input", pids=5, memory=64 << 20)
guard.opened(id)
guard.event(g.EMPTY, id)
print(started[g.LIMITS])
if started[g.LIMITS] == 1:
    id, started = start(guard, "import time; time.sleep(1000)", pids=5, memory=64 << 20)
    for name in ["pids.max", "memory.max"]:
        with open(started[g.CGROUP] + "/" + name) as file:
            print(file.read().strip())
    guard.opened(id)
    guard.kill(id)
    guard.event(g.EMPTY, id)
    id, started = start(guard, "x = b'x' * (200 << 20)", memory=64 << 20)
    guard.opened(id)
    print(-guard.event(g.EXITED, id)[g.VALUE])
    guard.event(g.EMPTY, id)
    id, started = start(guard, FORK, pids=5)
    print(guard.output(id, started).decode().strip())
    guard.event(g.EMPTY, id)
    # We are in a leaf now; the next chain finds the cgroup above it.
    guard.end()
    guard = g.Guard(instance="limits")
    id, started = start(guard, "input", pids=5)
    guard.opened(id)
    guard.event(g.EMPTY, id)
    print("again" if started[g.LIMITS] == 1 and started[g.CGROUP].startswith(sys.argv[1] + "/proa-limits") else "not again")
guard.end()
