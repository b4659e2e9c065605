"""One trial of the paired gate, in a box of its own: trial.py CHECKOUT SYSTEM FAULT TREE. Prints one line of JSON."""

import json
import os
import pathlib
import sys
import tempfile
import time

import systems

TREE_SIZE = 10
PATIENCE = {True: 5.0, False: 2.0}  # for Proa, whose promise is tested; for a peer


def living():
    """Every process of the box but the first and this one, as pid to name."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) not in (1, os.getpid()):
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text(errors="replace")
            except OSError:
                continue
            if stat[stat.rindex(")") + 2] not in "ZX":
                found[int(entry)] = stat[stat.index("(") + 1 : stat.rindex(")")]
    return found


def tree():
    return sum(name == "calm" for name in living().values())


def until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def main():
    checkout, name, fault, program = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="trial"))
    kind = next(system for system in systems.ALL if system.name == name)
    system = kind(pathlib.Path(checkout), folder, tuned=True)
    system.start([systems.Program("tree", [program, "tree"])])
    if not until(lambda: tree() == TREE_SIZE, 60):
        sys.exit(f"{name}: {tree()} of {TREE_SIZE} processes came up: {living()}\n{system.said()}")
    if fault == "kill -9":
        system.kill()
    else:
        system.ask_to_stop()
        system.await_end()
    began = time.monotonic()
    # Of a peer only the tree counts; Proa leaves nothing at all, its guards included.
    promised = kind is systems.Proa
    left = (lambda: len(living())) if promised else tree
    until(lambda: left() == 0, PATIENCE[promised])
    print(json.dumps({"survivors": left(), "seconds": round(time.monotonic() - began, 3)}))


main()
