"""One cgroup for each sidecar, in one that is given to the box's user (PROA_CGROUP, see box.sh)."""
import os
import signal
import subprocess
import sys
import unittest

import guardlib as g

HOME = os.environ["PROA_CGROUP"]
BOX = HOME + "/box"
OLD = os.environ["PROA_GUARD_OLD"]


def words(*path):
    with open(os.path.join(*path)) as file:
        return file.read().split()


def folders(path):
    return sorted(entry.name for entry in os.scandir(path) if entry.is_dir())


class Cgroups(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())
        self.guard = g.Guard(instance="4f1c")

    def tearDown(self):
        self.guard.end()
        left = {p: i for p, i in g.processes().items() if p not in self.before}
        self.assertEqual(left, {}, "left behind")
        self.assertEqual(folders(BOX), [])

    def start(self, argv, more=(), guard=None):
        guard = guard or self.guard
        id = guard.spawn(argv, more=more)
        started = guard.event(g.STARTED, id)
        fd = guard.open(started)
        guard.opened(id)
        return id, started, fd

    def test_a_sidecar_is_born_in_a_cgroup_of_its_own_that_goes_with_it(self):
        for guard in [self.guard, g.Guard(instance="4f1c", guard=OLD)]:
            with self.subTest(fallback=guard is not self.guard):
                self.assertEqual(guard.hello[g.CGROUP_OK], 1)
                id, started, fd = self.start(["sleep", "1000"], guard=guard)
                name = "proa-4f1c-%d-%d" % (guard.pid, id)
                self.assertEqual(started[g.CGROUP], BOX + "/" + name)
                self.assertEqual(self.cgroup_of(started[g.PID]), name)
                self.assertEqual(words(BOX, name, "cgroup.procs"), [str(started[g.PID])])
                self.assertNotIn(g.LIMITS, started)
                guard.kill(id)
                guard.event(g.EMPTY, id)
                self.assertEqual(folders(BOX), [])
                os.close(fd)
                if guard is not self.guard:
                    guard.end()

    def cgroup_of(self, pid):
        with open("/proc/%d/cgroup" % pid) as file:
            return [line for line in file if line.startswith("0::")][0].strip().rsplit("/", 1)[1]

    def test_a_failed_start_leaves_no_cgroup(self):
        self.guard.event(g.SPAWN_FAILED, self.guard.spawn(["/no/such/program"]))
        # Its guard has to bury the process that failed first.
        self.assertIsNotNone(g.wait_until(lambda: folders(BOX) == []))

    def test_cgroups_that_the_sidecar_made_go_too(self):
        script = "import os; os.makedirs(os.environ['AT'] + '/a/b'); print('made', flush=True)"
        at = BOX + "/proa-4f1c-%d-1" % self.guard.pid
        id = self.guard.spawn([sys.executable, "-c", script], env={"PATH": os.environ["PATH"], "AT": at})
        started = self.guard.event(g.STARTED, id)
        self.assertEqual(self.guard.output(id, started), b"made\n")
        self.guard.event(g.EMPTY, id)
        self.assertEqual(folders(BOX), [])

    def test_every_kind_of_tree_ends_with_and_without_a_namespace(self):
        for more in [[], [g.field(g.NAMESPACE, 1)]]:
            for kind in ["tree", "broad", "bomb", "vfork"]:
                with self.subTest(kind=kind, namespace=bool(more)):
                    id, _, fd = self.start([g.NASTY, kind], more)
                    g.read_until(fd, b"ready")
                    self.guard.kill(id)
                    self.guard.event(g.EMPTY, id)
                    os.close(fd)

    def test_who_moved_out_of_the_cgroup_ends_all_the_same(self):
        script = ("import os, time\nif os.fork() == 0:\n open(%r, 'w').write('0')\n print('out', flush=True)\n"
                  "time.sleep(1000)" % (BOX + "/cgroup.procs"))
        id, started, fd = self.start([sys.executable, "-c", script])
        g.read_until(fd, b"out")
        self.assertEqual(words(started[g.CGROUP], "cgroup.procs"), [str(started[g.PID])])
        self.guard.kill(id)
        self.guard.event(g.EMPTY, id)
        os.close(fd)

    def test_the_cgroup_goes_when_a_guard_or_the_root_guard_was_killed(self):
        id, started, fd = self.start([g.NASTY, "tree"])
        g.read_until(fd, b"ready")
        os.kill(started[g.GUARD_PID], signal.SIGKILL)
        self.guard.event(g.EMPTY, id)
        self.assertFalse(os.path.exists(started[g.CGROUP]))
        os.close(fd)
        id, started, fd = self.start([g.NASTY, "tree"])
        g.read_until(fd, b"ready")
        os.kill(self.guard.pid, signal.SIGKILL)
        self.assertEqual(self.guard.wait(), 70)
        self.assertFalse(os.path.exists(started[g.CGROUP]))
        os.close(fd)
        self.guard = g.Guard(instance="4f1c")

    def test_empty_cgroups_of_chains_that_are_gone_are_cleared_away(self):
        gone = ["proa-4f1c-4194303-7", "proa-4194303-7"]
        kept = ["proa-4f1c-%d-7" % os.getpid(), "proa-%d-7" % os.getpid(), "proa-runtime", "other-4194303-7", "proa-7", "proa--7"]
        for name in gone + kept:
            os.mkdir(BOX + "/" + name)
        try:
            g.Guard(instance="4f1c").end()
            self.assertEqual(folders(BOX), sorted(kept))
        finally:
            for name in folders(BOX):
                os.rmdir(BOX + "/" + name)

    # ---- limits: where this machine has the controllers in cgroup2, they hold; else that is said ----

    def offered(self):
        return {"memory", "pids"} <= set(words(HOME, "cgroup.controllers"))

    def test_limits_are_disclaimed_where_strangers_are_in_our_cgroup(self):
        # The box's own first process and this test are in it, and are not the application's.
        _, started, fd = self.start(["true"], [g.field(g.PIDS_MAX, 5)])
        self.assertEqual(started[g.LIMITS], 0)
        self.assertIn(g.CGROUP, started)
        os.close(fd)

    def test_limits_hold_for_an_application_alone_in_its_cgroup(self):
        if self.offered():
            with open(HOME + "/cgroup.subtree_control", "w") as control:
                control.write("+memory +pids")
        app = HOME + "/app"
        os.mkdir(app)
        try:
            ended = subprocess.run(
                ["sh", "-c", 'echo $$ >"$1/cgroup.procs" && exec "$2" limited.py "$1"', "sh", app, sys.executable],
                capture_output=True, timeout=60, check=False)
            said = ended.stdout.decode().split()
            if self.offered():
                self.assertEqual(said[0], "1", ended)
                self.assertEqual(said[1:3], ["5", "67108864"], "pids.max, memory.max")
                self.assertEqual(said[3:], ["-9", "4", "again"], "died of memory; processes it could make; a second chain")
            else:
                self.assertEqual(said[0], "0", ended)
        finally:
            g.wait_until(lambda: not words(app, "cgroup.procs"))
            for name in folders(app):
                os.rmdir(app + "/" + name)
            os.rmdir(app)


if __name__ == "__main__":
    unittest.main()
