"""Measures Proa and its peers side by side: compare.py CHECKOUT WORK OUT usual|smoke. See compare.sh, which puts it into a box."""

import json
import os
import pathlib
import random
import secrets
import select
import shutil
import signal
import socket
import sys
import threading
import time

import systems

CHILDREN = 20
KILLED = 10  # fewer than an app may crash in its window
BURST_LINES = 500_000  # of 100 bytes
NEVER = 15.0  # seconds after which something is taken as never happening
SETTLED = 11.0  # seconds of readiness before a crash: after 10 Proa restarts at once

SIZES = {
    # full sessions, further starts and stops, holders, bursts of each kind, deaf children, seconds of a crash loop
    "usual": dict(sessions=3, more=2, idle=10.0, holders=6, bursts=10, deaf=3, loop=90.0),
    "smoke": dict(sessions=1, more=0, idle=1.0, holders=1, bursts=1, deaf=1, loop=8.0),
}


class Marks:
    """What the children tell of their starts: (pid, nanoseconds, more) by name."""

    def __init__(self):
        self.address = "proa-bench-" + secrets.token_hex(8)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + self.address)
        self.told = {}

    def hear(self, seconds):
        ready, _, _ = select.select([self.socket], [], [], max(0, seconds))
        if ready:
            name, pid, nanos, more = self.socket.recv(256).decode().split()
            self.told.setdefault(name, []).append((int(pid), int(nanos), int(more)))

    def count(self, name):
        return len(self.told.get(name, []))

    def wait(self, name, number, seconds=60.0):
        """The start of that number, from 1 on; None if it does not come."""
        end = time.monotonic() + seconds
        while self.count(name) < number and time.monotonic() < end:
            self.hear(end - time.monotonic())
        return self.told[name][number - 1] if self.count(name) >= number else None

    def gather(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.hear(end - time.monotonic())

    def first(self, name, seconds=60.0):
        mark = self.wait(name, 1, seconds)
        if mark is None:
            raise RuntimeError(f"{name} did not start")
        return mark



class Session:
    """One system with its programs, in a folder of its own; nothing of it is left at the end, unless others run beside it."""

    def __init__(self, setting, kind, roles, restart=True, alone=True):
        self.alone = alone
        self.marks = Marks()
        self.folder = pathlib.Path(setting.work) / f"{kind.name}-{secrets.token_hex(4)}"
        self.folder.mkdir(parents=True)
        self.system = kind(setting.checkout, self.folder)
        child = setting.work / "child"
        self.programs = [
            systems.Program(name, [child, role, self.marks.address, name, *more], restart)
            for name, (role, *more) in roles.items()
        ]

    def __enter__(self):
        self.before = others()
        self.began = time.monotonic_ns()
        self.system.start(self.programs)
        self.firsts = {program.name: self.marks.first(program.name) for program in self.programs}
        return self

    def started_ms(self):
        """From the command to the last child, and from the first child to the last."""
        stamps = [nanos for _, nanos, _ in self.firsts.values()]
        return (max(stamps) - self.began) / 1e6, (max(stamps) - min(stamps)) / 1e6

    def pids(self):
        return [marks[-1][0] for marks in self.marks.told.values()]

    def stop_ms(self):
        """From the request to the end of the last child, and of the supervisor."""
        if isinstance(self.system, systems.Pm2):
            self.system.process.wait(60)
        children = [Ended(pid) for pid in self.pids()]
        asked = time.monotonic_ns()
        self.system.ask_to_stop()
        last = max(child.ms_since(asked, NEVER) for child in children)
        if last >= NEVER * 1e3:
            return last, last
        self.system.await_end()
        return last, (time.monotonic_ns() - asked) / 1e6

    def __exit__(self, *_):
        if self.alone:
            end(others() - self.before)
            shutil.rmtree(self.folder, ignore_errors=True)


class Ended:
    """Waits for the end of one process."""

    def __init__(self, pid):
        try:
            self.fd = os.pidfd_open(pid)
        except ProcessLookupError:
            self.fd = None

    def ms_since(self, asked, seconds):
        """Milliseconds from `asked` to its end; `seconds` if it still lives then."""
        if self.fd is None:
            return 0.0
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        left = seconds - (time.monotonic_ns() - asked) / 1e9
        ended = poll.poll(max(0, left) * 1000)
        now = (time.monotonic_ns() - asked) / 1e6
        os.close(self.fd)
        return now if ended else seconds * 1e3


def others():
    return {int(entry) for entry in os.listdir("/proc") if entry.isdigit()} - {1, os.getpid()}


def lives(pid):
    try:
        return pathlib.Path("/proc", str(pid), "cmdline").read_bytes() != b""  # a dead one has none
    except OSError:
        return False


def end(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def cpu_seconds(pid):
    stat = pathlib.Path("/proc", str(pid), "stat").read_text(errors="replace")
    fields = stat[stat.rindex(")") + 2 :].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def pss_mib(pids):
    total = 0
    for pid in pids:
        for line in pathlib.Path("/proc", str(pid), "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


class Setting:
    def __init__(self, checkout, work, sizes):
        self.checkout, self.work, self.sizes = checkout, work, sizes
        self.missing = {kind.name: reason for kind in systems.ALL if (reason := kind.missing(checkout))}
        self.kinds = [kind for kind in systems.ALL if kind.name not in self.missing]
        self.found = {}  # label to kind to values
        self.units = {}
        self.goals = {}
        self.lock = threading.Lock()

    def note(self, label, unit, kind, value, goal=None):
        if os.environ.get("PEERS_SAY_ALL"):
            say(f"  {label}: {kind.name} {value:.2f} {unit}")
        with self.lock:
            self.found.setdefault(label, {}).setdefault(kind.name, []).append(value)
            self.units[label] = unit
            if goal and kind is systems.Proa:
                self.goals[label] = goal

    def turns(self):
        """The systems, in another order each time."""
        return random.sample(self.kinds, len(self.kinds))


START = "start of 20, command to last child"
BETWEEN = "start of 20, first to last child"
STOP = "stop of 20, request to last child gone"
STOPPED = "stop of 20, request to supervisor gone"
CRASH = "kill -9 of a child to its restart"
CPU = "idle with 20, CPU"
PSS = "idle with 20, PSS without the children"
HOLDER = "main killed, descendant holds stdout: restart"
OLD = "main killed, descendant holds stdout: old one left after restart"
BURST = "50 MB burst, then kill -9: exact logs"
BARE = "50 MB burst without a last newline, then kill -9: exact logs"
SPEED = "50 MB burst, speed"
DEAF = "stop of a child deaf to SIGTERM and SIGINT, defaults"
LOOP = "crash loop of 90 s: restarts"
LOOP_END = "crash loop: last restart after"


def start_and_stop(setting, kind, full):
    sizes = setting.sizes
    with Session(setting, kind, {f"child{i}": ("sit",) for i in range(CHILDREN)}) as session:
        whole, between = session.started_ms()
        setting.note(START, "ms", kind, whole)
        setting.note(BETWEEN, "ms", kind, between)
        if full:
            time.sleep(max(0.5, SETTLED - sizes["idle"]))
            pids = {pid for pid in others() - session.before if lives(pid)} - set(session.pids())
            before, began = {pid: cpu_seconds(pid) for pid in pids}, time.monotonic()
            time.sleep(sizes["idle"])
            pids = {pid for pid in pids if lives(pid)}  # without the command that started them
            setting.note(CPU, "%", kind, 100 * sum(cpu_seconds(pid) - before[pid] for pid in pids) / (time.monotonic() - began))
            setting.note(PSS, "MiB", kind, pss_mib(pids))
            if sizes["idle"] < 10:
                time.sleep(SETTLED - sizes["idle"])
            for i in range(KILLED):
                time.sleep(random.uniform(0.05, 0.25))
                setting.note(CRASH, "ms", kind, crash_ms(session, f"child{i}"), {"at_most": 20})
        children, supervisor = session.stop_ms()
        setting.note(STOP, "ms", kind, children)
        setting.note(STOPPED, "ms", kind, supervisor)


def crash_ms(session, name):
    at = session.marks.count(name)
    pid = session.marks.told[name][-1][0]
    killed = time.monotonic_ns()
    os.kill(pid, signal.SIGKILL)
    mark = session.marks.wait(name, at + 1, NEVER)
    return NEVER * 1e3 if mark is None else (mark[1] - killed) / 1e6


def holders(setting, kind):
    names = [f"holder{i}" for i in range(setting.sizes["holders"])]
    with Session(setting, kind, {name: ("holder",) for name in names}) as session:
        time.sleep(SETTLED)
        left = 0
        for name in names:
            old = session.firsts[name][2]
            took = crash_ms(session, name)
            left += old in others()
            setting.note(HOLDER, "ms", kind, took, {"at_most": 200})
            if took >= NEVER * 1e3:
                break  # once is enough to know
        setting.note(OLD, f"of {len(names)}", kind, left, {"at_most": 0})


def wanted(newline):
    text = b"".join(b"%012d %086d\n" % (i, 0) for i in range(BURST_LINES))
    return text if newline else text[:-1]


def bursts(setting, kind):
    times = setting.sizes["bursts"]
    roles = {f"{end}{i}": ("burst", str(BURST_LINES), end) for i in range(times) for end in ("newline", "none")}
    with Session(setting, kind, roles, restart=False) as session:
        time.sleep(1)
        for name in roles:
            pid = session.firsts[name][0]
            child = Ended(pid)
            asked = time.monotonic_ns()
            os.kill(pid, signal.SIGUSR1)
            took = child.ms_since(asked, 60)
            setting.note(SPEED, "MB/s", kind, BURST_LINES * 100 / 1e6 / (took / 1e3))
        time.sleep(1)
        # Whoever writes late has until the orderly end.
        session.system.ask_to_stop()
        session.system.await_end()
        for end, label in (("newline", BURST), ("none", BARE)):
            text = wanted(end == "newline")
            exact = sum(session.system.log(f"{end}{i}") == text for i in range(times))
            setting.note(label, f"of {times}", kind, exact, {"at_least": times})


def deaf(setting, kind):
    for _ in range(setting.sizes["deaf"]):
        with Session(setting, kind, {"deaf": ("deaf",)}, alone=False) as session:
            time.sleep(2)
            setting.note(DEAF, "ms", kind, session.stop_ms()[0])


def crash_loop(setting, kind):
    with Session(setting, kind, {"crash": ("crash",)}, alone=False) as session:
        session.marks.gather(setting.sizes["loop"] - (time.monotonic_ns() - session.began) / 1e9)
        starts = session.marks.told["crash"]
        setting.note(LOOP, "restarts", kind, len(starts) - 1)
        setting.note(LOOP_END, "s", kind, (starts[-1][1] - starts[0][1]) / 1e9)


def at_once(setting, *tasks):
    """For what takes seconds: all systems at the same time."""
    failures = []
    before = others()

    def run(task, kind):
        try:
            task(setting, kind)
        except Exception as failure:  # the thread's top
            failures.append(f"{kind.name}: {failure!r}")

    threads = [threading.Thread(target=run, args=(task, kind)) for task in tasks for kind in setting.kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end(others() - before)
    if failures:
        raise RuntimeError("; ".join(failures))


def say(text):
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def measure(setting):
    sizes = setting.sizes
    for turn in range(sizes["sessions"] + sizes["more"]):
        full = turn < sizes["sessions"]
        for kind in setting.turns():
            say(f"20 children, turn {turn + 1}: {kind.name}")
            start_and_stop(setting, kind, full)
    for kind in setting.turns():
        say(f"descendants: {kind.name}")
        holders(setting, kind)
    for kind in setting.turns():
        say(f"bursts: {kind.name}")
        bursts(setting, kind)
    say("deaf children and crash loops, all at once")
    at_once(setting, crash_loop, deaf)


def result(setting):
    measures = []
    for label, by_kind in setting.found.items():
        for kind in setting.kinds:
            if kind.name in by_kind:
                entry = {"label": f"{label}: {kind.name}", "unit": setting.units[label], "values": by_kind[kind.name]}
                if kind is systems.Proa and label in setting.goals:
                    entry["goal"] = setting.goals[label]
                measures.append(entry)
    stops = setting.found[STOP]
    if "supervisord" in stops:
        # In the order of the turns, so each pair was taken within one.
        ratios = [theirs / ours for ours, theirs in zip(stops["Proa"], stops["supervisord"])]
        measures.append({"label": "stop of 20, supervisord / Proa", "unit": "ratio", "values": ratios, "goal": {"at_least": 10}})
    versions = ", ".join(f"{kind.name} {kind.version(setting.checkout)}" for kind in setting.kinds)
    missing = "".join(f" Missing: {reason}." for reason in setting.missing.values())
    how = (
        f"{versions}.{missing} All in one run, by turns, with the same small static child, which tells the time of its start itself; "
        "defaults, but that logs are neither rotated nor decorated where that can be said. "
        f"Children are killed after {SETTLED:.0f} s of readiness, each once. A stop is SIGTERM to the supervisor. "
        f"{NEVER * 1000:.0f} ms stand for never. Bursts are compared byte by byte after the supervisor's orderly end."
    )
    return {"how": how, "columns": [kind.name for kind in systems.ALL], "measures": measures}


def main():
    checkout, work, out = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    setting = Setting(checkout, work, SIZES[sys.argv[4]])
    measure(setting)
    out.write_text(json.dumps(result(setting), indent=1))


main()
