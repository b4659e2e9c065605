"""Speaks with proa-guard as the application does, and looks at processes as the kernel shows them."""
import os
import select
import struct
import subprocess
import time

HELLO, SPAWN, OPENED, STOP, KILL, SHUTDOWN, LISTEN, UNLISTEN = 1, 2, 3, 4, 5, 6, 7, 8
SAYS_HELLO, STARTED, SPAWN_FAILED, EXITED, EMPTY, NOT_EMPTY, LISTENING, LISTEN_FAILED = range(65, 73)
ID, VERSION, ARG, ENV, CWD, SIGNAL, GRACE_MS, PID, GUARD_PID, OUT_FD = range(1, 11)
STAGE, ERRNO, HOW, VALUE, UTIME_US, STIME_US, MAXRSS_KB, SURVIVORS = range(11, 19)
PORT, LISTENER, UMASK, NICE, NAMESPACE, MEMORY_MAX, PIDS_MAX, CGROUP, LIMITS, CGROUP_OK, PIDNS_OK, INSTANCE = range(19, 31)
STAGE_FRAME, STAGE_GUARD, STAGE_CHDIR, STAGE_EXEC, STAGE_NICE, STAGE_NAMESPACE = 1, 2, 3, 4, 5, 6
PATIENCE = 20.0

GUARD = os.environ.get("PROA_GUARD", "")
NASTY = os.environ.get("PROA_NASTY", "")
# The guard written in Java: no warden above the root guard, and a JVM for each sidecar.
JAVA = os.environ.get("PROA_GUARD_JAVA") == "1"


def field(tag, value):
    if isinstance(value, int):
        value = struct.pack(">I", value)
    elif isinstance(value, str):
        value = value.encode("utf-8", "surrogateescape")
    return struct.pack(">BI", tag, len(value)) + value


def long_field(tag, value):
    return field(tag, struct.pack(">Q", value))


def frame(kind, *fields):
    body = bytes([kind]) + b"".join(fields)
    return struct.pack(">I", len(body)) + body


class Guard:
    """One chain of guards, started by this process."""

    def __init__(self, hello=True, guard=None, instance=None):
        self.process = subprocess.Popen(
            [guard or GUARD, "--parent", str(os.getpid())],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0)
        self.events = []
        self.bytes = b""
        self.ended = False
        self.last_id = 0
        if hello:
            self.send(frame(HELLO, field(VERSION, 1), *([field(INSTANCE, instance)] if instance else [])))
            self.hello = self.event(SAYS_HELLO)
            self.pid = self.hello[PID]

    def send(self, data):
        self.process.stdin.write(data)

    def spawn(self, argv, env=None, cwd=None, more=()):
        self.last_id += 1
        env = {"PATH": os.environ["PATH"]} if env is None else env
        items = list(env.items()) if isinstance(env, dict) else env
        fields = [field(ID, self.last_id)] + [field(ARG, a) for a in argv]
        fields += [field(ENV, k + "=" + v) for k, v in items]
        if cwd is not None:
            fields.append(field(CWD, cwd))
        self.send(frame(SPAWN, *fields, *more))
        return self.last_id

    def stop(self, id, signal=15, grace_ms=5000):
        self.send(frame(STOP, field(ID, id), field(SIGNAL, signal), field(GRACE_MS, grace_ms)))

    def kill(self, id):
        self.send(frame(KILL, field(ID, id)))

    def opened(self, id):
        self.send(frame(OPENED, field(ID, id)))

    def open(self, started):
        """The read end of a sidecar's output, as the application gets it."""
        return os.open("/proc/%d/fd/%d" % (self.pid, started[OUT_FD]), os.O_RDONLY)

    def output(self, id, started, then=None):
        fd = self.open(started)
        self.opened(id)
        return read_all(fd)

    def event(self, kind, id=None, patience=PATIENCE):
        """The next event of that kind; the others are kept."""
        deadline = time.monotonic() + patience
        while True:
            for i, event in enumerate(self.events):
                if event["kind"] == kind and (id is None or event.get(ID) == id):
                    return self.events.pop(i)
            if self.ended or not self._read(deadline):
                raise AssertionError("no event %d for %s; have %s; stderr %r"
                                     % (kind, id, self.events, self.stderr()))

    def _read(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
            return False
        data = os.read(self.process.stdout.fileno(), 65536)
        self.ended = data == b""
        self.bytes += data
        while len(self.bytes) >= 4:
            length = struct.unpack(">I", self.bytes[:4])[0]
            if len(self.bytes) < 4 + length:
                break
            self.events.append(parse(self.bytes[4:4 + length]))
            self.bytes = self.bytes[4 + length:]
        return True

    def stderr(self):
        os.set_blocking(self.process.stderr.fileno(), False)
        return (self.process.stderr.read() or b"").decode()

    def end(self, patience=PATIENCE):
        """Closes the command pipe; the exit code of the chain."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        return self.wait(patience)

    def wait(self, patience=PATIENCE):
        code = self.process.wait(patience)
        self.process.stdout.close()
        self.process.stdin.close()
        return code

    def __del__(self):
        if hasattr(self, "process"):
            self.process.stderr.close()


def parse(body):
    event, at = {"kind": body[0]}, 1
    while at < len(body):
        tag, length = struct.unpack(">BI", body[at:at + 5])
        value = body[at + 5:at + 5 + length]
        number = value.decode() if tag == CGROUP else int.from_bytes(value, "big")
        if tag == PID and PID in event:
            event.setdefault("pids", [event[PID]]).append(number)
        else:
            event[tag] = number
        at += 5 + length
    return event


def read_all(fd):
    with os.fdopen(fd, "rb") as stream:
        return stream.read()


def read_until(fd, text, patience=PATIENCE):
    deadline, data = time.monotonic() + patience, b""
    while text not in data:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            raise AssertionError("%r did not come, only %r" % (text, data))
        more = os.read(fd, 65536)
        if not more:
            raise AssertionError("output ended after %r" % data)
        data += more
    return data


def processes():
    """Living processes: {pid: (parent, state, name)}."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name) as stat:
                    text = stat.read()
            except OSError:
                continue
            state, parent = text[text.rindex(")") + 2:].split()[:2]
            if state not in "ZX":
                found[int(name)] = (int(parent), state, text[text.index("(") + 1:text.rindex(")")])
    return found


def wait_until(condition, patience=PATIENCE):
    """Milliseconds until the condition held."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > patience:
            return None
        time.sleep(0.001)
    return (time.monotonic() - start) * 1000
