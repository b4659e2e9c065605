"""Runs a trial many times, says what came of it, and writes it down where PROA_EVIDENCE tells."""
import datetime
import json
import os
import platform


def machine():
    with open("/proc/cpuinfo") as info:
        models = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return {"system": platform.system() + " " + platform.release(), "processor": models[0] if models else platform.machine(),
            "processors": os.cpu_count()}


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def trials(test, title, count, trial):
    """`trial(seed)` gives the number of survivors, and the milliseconds until nobody was left (or None)."""
    results = [trial(seed) for seed in range(count)]
    survivors = sum(left for left, _ in results)
    bad = [seed for seed, (left, _) in enumerate(results) if left]
    times = sorted(gone for _, gone in results if gone is not None)
    gone = {"p50": None, "p99": None, "max": None}
    if times:
        gone = {"p50": round(percentile(times, 0.5), 1), "p99": round(percentile(times, 0.99), 1), "max": round(times[-1], 1)}
    print("%-70s %3d trials, %d survivors, gone p50 %s ms, p99 %s ms" % (title, count, survivors, gone["p50"], gone["p99"]), flush=True)
    write({"test": test._testMethodName, "title": title, "trials": count, "survivors": survivors,
           "trials_with_survivors": len(bad), "gone_ms": gone,
           "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "machine": machine()})
    test.assertEqual(survivors, 0, "seeds %s" % bad)
    test.assertEqual(len(times), count, "some never came to an end")


def write(record):
    path = os.environ.get("PROA_EVIDENCE")
    if not path:
        return
    records = []
    if os.path.exists(path):
        with open(path) as file:
            records = json.load(file)
    with open(path, "w") as file:
        json.dump(records + [record], file, indent=1)
        file.write("\n")
