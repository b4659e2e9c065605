"""The paired gate: the same hostile tree under each supervisor, in the same run. See gate.sh."""

import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys

import systems

FAULTS = ("kill -9", "orderly stop")
MUST_TAKE_PART = ("Proa", "supervisord", "pm2")
PROCESSES = "700"


def trial(stage, name, fault):
    command = [stage / "box.sh", PROCESSES, sys.executable, stage / "trial.py", stage, name, fault, stage / "calm"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=180)
    if done.returncode != 0:
        raise RuntimeError(f"a trial of {name}, {fault}, failed ({done.returncode}): {done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def outcome(trials):
    return {
        "trials": len(trials),
        "survivors": sum(one["survivors"] for one in trials),
        "trials_with_survivors": sum(one["survivors"] > 0 for one in trials),
        "most_seconds": max(one["seconds"] for one in trials),
    }


def complaints(found, missing):
    """All reasons for which the gate is closed."""
    for name in MUST_TAKE_PART:
        if name in missing:
            yield f"{name} did not take part: {missing[name]}"
    for name, system in found.items():
        for fault in FAULTS:
            result = system[fault]
            if name == "Proa" and result["survivors"] > 0:
                yield f"Proa left {result['survivors']} processes after {result['trials']} times {fault}"
            elif name != "Proa" and result["trials_with_survivors"] < result["trials"]:
                yield f"{name} left nothing after {fault} in some trial, so the fixture is toothless"


def main():
    checkout, stage, times = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
    missing = {kind.name: reason for kind in systems.ALL if (reason := kind.missing(checkout))}
    kinds = [kind for kind in systems.ALL if kind.name not in missing]
    trials = {kind.name: {fault: [] for fault in FAULTS} for kind in kinds}
    for _ in range(times):
        for fault in FAULTS:
            for kind in kinds:
                trials[kind.name][fault].append(trial(stage, kind.name, fault))
    found = {
        kind.name: {"version": kind.version(checkout)}
        | {fault: outcome(trials[kind.name][fault]) for fault in FAULTS}
        for kind in kinds
    }
    proa = found["Proa"]
    reasons = list(complaints(found, missing))
    evidence = {
        "test": "paired-gate",
        "title": "The same hostile tree of 10 processes under Proa and its peers, each trial in a PID namespace of its own",
        "trials": sum(proa[fault]["trials"] for fault in FAULTS),
        "survivors": sum(proa[fault]["survivors"] for fault in FAULTS),
        "trials_with_survivors": sum(proa[fault]["trials_with_survivors"] for fault in FAULTS),
        "systems": found,
        "missing": missing,
        "failures": reasons,
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "machine": {"cores": os.cpu_count(), "kernel": platform.release(), "load": "%.2f %.2f %.2f" % os.getloadavg()},
    }
    file = checkout / "bench/results/faults/paired-gate.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(evidence, indent=2) + "\n")
    for name, system in found.items():
        for fault in FAULTS:
            result = system[fault]
            print(f"{name:16} {fault:13} survivors in {result['trials_with_survivors']} of {result['trials']} trials, "
                  f"{result['survivors']} processes")
    for name, reason in missing.items():
        print(f"{name:16} missing: {reason}")
    for reason in reasons:
        print("paired gate: " + reason, file=sys.stderr)
    sys.exit(1 if reasons else 0)


main()
