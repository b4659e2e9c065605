"""What a sidecar may be confined to: umask, niceness, a PID namespace."""
import errno
import os
import signal
import sys
import time
import unittest

import guardlib as g

NAMESPACE = [g.field(g.NAMESPACE, 1)]


class Confinement(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())
        self.guard = g.Guard()

    def tearDown(self):
        self.guard.end()
        left = {p: i for p, i in g.processes().items() if p not in self.before}
        self.assertEqual(left, {}, "left behind")

    def start(self, argv, more=()):
        id = self.guard.spawn(argv, more=more)
        started = self.guard.event(g.STARTED, id)
        fd = self.guard.open(started)
        self.guard.opened(id)
        return id, started, fd

    def run_one(self, argv, more=()):
        id, started, fd = self.start(argv, more)
        output = g.read_all(fd)
        return output, self.guard.event(g.EXITED, id), self.guard.event(g.EMPTY, id)

    def failure(self, *more):
        failed = self.guard.event(g.SPAWN_FAILED, self.guard.spawn(["true"], more=more))
        return failed[g.STAGE], failed[g.ERRNO]

    # ---- umask and niceness ----

    def test_umask_and_niceness_are_those_asked_for(self):
        show = [sys.executable, "-c", "import os; print(oct(os.umask(0)), os.getpriority(os.PRIO_PROCESS, 0))"]
        before = os.umask(0o022)
        os.umask(before)
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        self.assertEqual(self.run_one(show)[0].decode().split(), [oct(before), str(mine)])
        more = [g.field(g.UMASK, 0o027), g.field(g.NICE, 11)]
        self.assertEqual(self.run_one(show, more)[0].decode().split(), ["0o27", "11"])
        self.assertEqual(self.run_one(show, [g.field(g.UMASK, 0)])[0].decode().split(), ["0o0", str(mine)])

    def test_a_niceness_that_is_forbidden_fails_the_start_at_its_own_stage(self):
        self.assertEqual(self.failure(g.field(g.NICE, (1 << 32) - 20)), (g.STAGE_NICE, errno.EACCES))

    def test_an_umask_or_a_niceness_that_does_not_exist_is_refused(self):
        self.assertEqual(self.failure(g.field(g.UMASK, 0o1000)), (g.STAGE_FRAME, errno.EINVAL))
        self.assertEqual(self.failure(g.field(g.NICE, 20)), (g.STAGE_FRAME, errno.EINVAL))
        self.assertEqual(self.failure(g.field(g.NICE, (1 << 32) - 21)), (g.STAGE_FRAME, errno.EINVAL))

    def test_limits_that_nobody_keeps_are_not_claimed(self):
        if self.guard.hello[g.CGROUP_OK] == 0:
            id, started, fd = self.start(["true"], [g.long_field(g.MEMORY_MAX, 1 << 26)])
            self.assertEqual((started[g.LIMITS], started.get(g.CGROUP)), (0, None))
            os.close(fd)
        self.assertNotIn(g.LIMITS, self.start(["true"])[1], "nobody asked for any")

    # ---- PID namespace ----

    def test_says_whether_namespaces_can_be_had(self):
        self.assertEqual(self.guard.hello[g.PIDNS_OK], 1, "the box offers them")

    def test_a_namespace_hides_everybody_else_and_reports_outer_pids(self):
        script = "import os; print(os.getpid(), os.getppid(), sorted(int(p) for p in os.listdir('/proc') if p.isdigit()), flush=True); input"
        id, started, fd = self.start([sys.executable, "-c", script + "\nimport time; time.sleep(1000)"], NAMESPACE)
        self.assertEqual(g.read_until(fd, b"\n"), b"2 0 [1, 2]\n")
        self.assertIn(started[g.PID], g.processes())
        self.assertNotEqual(started[g.PID], 2)
        with open("/proc/%d/cmdline" % started[g.PID]) as words:
            self.assertIn("time.sleep(1000)", words.read())
        # Whose port is it? That has to be seen from outside too.
        self.assertIn("pipe:", os.readlink("/proc/%d/fd/1" % started[g.PID]))
        self.guard.kill(id)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], signal.SIGKILL)
        self.guard.event(g.EMPTY, id)
        os.close(fd)

    def test_exit_code_output_and_user_are_the_same_within_a_namespace(self):
        script = "import os, sys; print(os.getuid(), os.getgid()); sys.exit(7)"
        output, exited, empty = self.run_one([sys.executable, "-c", script], NAMESPACE)
        self.assertEqual(output.decode().split(), [str(os.getuid()), str(os.getgid())])
        self.assertEqual((exited[g.HOW], exited[g.VALUE], empty[g.SURVIVORS]), (0, 7, 0))

    def test_a_program_that_is_not_there_is_named_within_a_namespace_too(self):
        failed = self.guard.event(g.SPAWN_FAILED, self.guard.spawn(["/no/such/program"], more=NAMESPACE))
        self.assertEqual((failed[g.STAGE], failed[g.ERRNO]), (g.STAGE_EXEC, errno.ENOENT))

    def test_stop_reaches_the_main_process_in_a_namespace(self):
        id, _, fd = self.start(["sh", "-c", "trap 'echo bye; exit 4' TERM; echo up; while :; do sleep 0.01; done"], NAMESPACE)
        g.read_until(fd, b"up\n")
        self.guard.stop(id, grace_ms=15_000)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], 4)
        self.assertEqual(g.read_all(fd), b"bye\n")
        begin = time.monotonic()
        self.guard.event(g.EMPTY, id)
        self.assertLess(time.monotonic() - begin, 5, "it waited for the grace of nobody")

    def test_others_in_a_namespace_are_told_and_waited_for(self):
        script = ("(trap 'sleep 0.2; echo told; exit' TERM; echo up; while :; do sleep 0.01; done) & "
                  "trap 'exit 0' TERM; wait")
        id, _, fd = self.start(["sh", "-c", script], NAMESPACE)
        g.read_until(fd, b"up\n")
        self.guard.stop(id, grace_ms=15_000)
        self.assertIn(b"told\n", g.read_all(fd))
        self.assertEqual(self.guard.event(g.EMPTY, id)[g.SURVIVORS], 0)

    def test_counts_who_was_left_behind_in_a_namespace(self):
        script = "for i in 1 2 3; do sleep 1000 & done; exit 3"
        output, exited, empty = self.run_one(["sh", "-c", script], NAMESPACE)
        self.assertEqual(exited[g.VALUE], 3)
        self.assertEqual(empty[g.SURVIVORS], 3)

    def test_every_kind_of_tree_ends_with_its_namespace(self):
        for kind in ["tree", "broad", "bomb", "vfork", "hydra"]:
            with self.subTest(kind=kind):
                id, _, fd = self.start([g.NASTY, kind], NAMESPACE)
                if kind != "hydra":
                    g.read_until(fd, b"ready")
                    self.guard.kill(id)
                self.guard.event(g.EMPTY, id)
                os.close(fd)

    def test_a_killed_init_of_a_namespace_is_the_end_of_its_sidecar(self):
        id, started, fd = self.start([g.NASTY, "tree"], NAMESPACE)
        g.read_until(fd, b"ready")
        # The sidecar may be ahead of the namespace's first process, which gives itself its name.
        init = []
        g.wait_until(lambda: init.extend(
                p for p, (parent, _, name) in g.processes().items()
                if parent == started[g.GUARD_PID] and name == "proa-guard-init") or init)
        self.assertEqual(len(init), 1)
        os.kill(init[0], signal.SIGKILL)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], signal.SIGKILL)
        self.guard.event(g.EMPTY, id)
        os.close(fd)

    def test_a_namespace_that_the_kernel_forbids_fails_the_start_at_its_own_stage(self):
        limit = "/proc/sys/user/max_pid_namespaces"
        id = self.guard.spawn(
            ["unshare", "-U", "--map-root-user", "sh", "-c",
             "echo 0 >%s; exec %s %s" % (limit, sys.executable, "forbidden.py")], env=dict(os.environ))
        started = self.guard.event(g.STARTED, id)
        output = self.guard.output(id, started).decode()
        self.assertEqual(output.split(), ["0", str(g.STAGE_NAMESPACE), str(errno.ENOSPC)], output)

    # ---- a main process that is gone ----

    def test_a_dead_main_process_is_told_at_once_whoever_holds_its_output(self):
        # A descendant that left the session holds stdout, and is stopped, so that it cannot end by itself.
        script = ("import os, signal, time\n"
                  "if os.fork() == 0:\n os.setsid()\n signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                  " print('holding', os.getpid(), flush=True)\n os.kill(os.getpid(), signal.SIGSTOP)\n"
                  "time.sleep(1000)")
        id, started, fd = self.start([sys.executable, "-c", script])
        holder = int(g.read_until(fd, b"\n").split()[1])
        begin = time.monotonic()
        os.kill(started[g.PID], signal.SIGKILL)
        self.guard.event(g.EXITED, id)
        told = time.monotonic() - begin
        self.assertEqual(self.guard.event(g.EMPTY, id)[g.SURVIVORS], 1)
        self.assertEqual(g.read_all(fd), b"")
        self.assertNotIn(holder, g.processes())
        self.assertLess(told, 0.2)

    def test_a_dead_main_process_is_told_while_others_use_the_grace(self):
        script = ("(trap '' TERM; echo up; exec sleep 1000) & trap 'exit 3' TERM; wait")
        id, _, fd = self.start(["sh", "-c", script])
        g.read_until(fd, b"up\n")
        begin = time.monotonic()
        self.guard.stop(id, grace_ms=1500)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], 3)
        self.assertLess(time.monotonic() - begin, 1.0)
        self.guard.event(g.EMPTY, id)
        self.assertGreater(time.monotonic() - begin, 1.4)
        os.close(fd)


if __name__ == "__main__":
    unittest.main()
