"""kill -9 of any one or two of application, warden, root guard and child guard leaves nothing."""
import os
import random
import signal
import subprocess
import sys
import unittest

import guardlib as g

TRIALS = int(os.environ.get("PROA_TRIALS", "20"))
APPLICATION, WARDEN, ROOT, CHILD, MAIN = range(5)


class Deaths(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())

    def tearDown(self):
        # A failed trial must not spoil the next test.
        while self.others():
            for pid in self.others():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    def others(self):
        return {p: i for p, i in g.processes().items() if p not in self.before}

    def start(self, *words):
        standin = subprocess.Popen(
            [sys.executable, os.path.join(os.path.dirname(__file__) or ".", "standin.py"), *words],
            stdout=subprocess.PIPE)
        line = standin.stdout.readline()
        return standin, [standin.pid] + [int(word) for word in line.split()]

    def trial(self, victims, seed):
        standin, chain = self.start("tree")
        self.assertEqual(len(chain), 5)
        self.assertIsNotNone(g.wait_until(lambda: len(self.others()) > 12), self.others())
        order = [chain[v] for v in victims]
        random.Random(seed).shuffle(order)
        for pid in order:
            os.kill(pid, signal.SIGKILL)
        if APPLICATION not in victims:
            # The application lives on; with its warden alive or dead, the tree has to go.
            took = g.wait_until(lambda: set(self.others()) <= set(chain[:3]))
            os.kill(standin.pid, signal.SIGKILL)
        gone = g.wait_until(lambda: not self.others())
        standin.wait()
        standin.stdout.close()
        self.assertIsNotNone(gone, "seed %s: %s left" % (seed, self.others()))
        if APPLICATION not in victims:
            self.assertIsNotNone(took, "seed %s: the tree outlived its guards" % seed)
            return took
        return gone

    def trials(self, *victims, count=TRIALS):
        times = sorted(self.trial(victims, seed) for seed in range(count))
        print("%-32s %3d of %d empty, median %.0f ms, max %.0f ms"
              % (self._testMethodName[5:], len(times), count, times[len(times) // 2], times[-1]))

    def test_application(self):
        self.trials(APPLICATION)

    def test_root_guard(self):
        self.trials(ROOT)

    def test_child_guard(self):
        self.trials(CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden(self):
        self.trials(WARDEN)

    def test_application_and_root_guard(self):
        self.trials(APPLICATION, ROOT)

    def test_application_and_child_guard(self):
        self.trials(APPLICATION, CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_application_and_warden(self):
        self.trials(APPLICATION, WARDEN)

    @unittest.skipIf(g.JAVA, "without a warden this is left to the next launch")
    def test_root_guard_and_child_guard(self):
        self.trials(ROOT, CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden_and_root_guard(self):
        self.trials(WARDEN, ROOT)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden_and_child_guard(self):
        self.trials(WARDEN, CHILD)

    def test_application_while_the_tree_grows(self):
        for seed in range(TRIALS):
            standin, _ = self.start("tree", "early")
            wait = random.Random(seed).random() * 0.005
            g.wait_until(lambda: False, wait)
            os.kill(standin.pid, signal.SIGKILL)
            standin.wait()
            standin.stdout.close()
            self.assertIsNotNone(g.wait_until(lambda: not self.others()), "seed %d: %s" % (seed, self.others()))

    def test_application_with_a_fork_bomb(self):
        for _ in range(3):
            standin, _ = self.start("bomb")
            os.kill(standin.pid, signal.SIGKILL)
            standin.wait()
            standin.stdout.close()
            self.assertIsNotNone(g.wait_until(lambda: not self.others()), str(self.others()))

    def test_the_death_of_a_guard_is_told_as_the_end_of_its_sidecar(self):
        guard = g.Guard()
        ids = [guard.spawn([g.NASTY, "tree"]), guard.spawn(["sleep", "1000"])]
        started = [guard.event(g.STARTED, id) for id in ids]
        fd = guard.open(started[0])
        for id in ids:
            guard.opened(id)
        g.read_until(fd, b"ready")
        os.kill(started[0][g.GUARD_PID], signal.SIGKILL)
        exited = guard.event(g.EXITED, ids[0])
        self.assertEqual((exited[g.HOW], exited[g.VALUE]), (1, signal.SIGKILL))
        self.assertGreater(guard.event(g.EMPTY, ids[0])[g.SURVIVORS], 5)
        self.assertIn(started[1][g.PID], g.processes(), "the other sidecar lives on")
        self.assertEqual(os.read(fd, 65536).strip(), b"")
        os.close(fd)
        guard.end()
        self.assertEqual(self.others(), {})

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_the_warden_ends_with_70_only_when_all_is_gone_after_the_root_guard_died(self):
        guard = g.Guard()
        id = guard.spawn([g.NASTY, "tree"])
        fd = guard.open(guard.event(g.STARTED, id))
        guard.opened(id)
        g.read_until(fd, b"ready")
        os.kill(guard.pid, signal.SIGKILL)
        self.assertEqual(guard.wait(), 70)
        self.assertEqual(self.others(), {})
        self.assertIn("root guard died of signal 9", guard.stderr())
        os.close(fd)

    def test_a_closed_command_pipe_ends_everything_at_once(self):
        guard = g.Guard()
        id = guard.spawn([g.NASTY, "tree"])
        fd = guard.open(guard.event(g.STARTED, id))
        guard.opened(id)
        g.read_until(fd, b"ready")
        self.assertEqual(guard.end(), 0)
        self.assertEqual(self.others(), {})
        os.close(fd)

    def test_a_command_pipe_kept_open_by_a_stranger_does_not_keep_the_tree(self):
        # The application's other children may hold the pipe; its death is enough.
        guard_pipe_holder = subprocess.Popen(["sleep", "1000"])
        self.before.add(guard_pipe_holder.pid)
        script = ("import os,sys,subprocess,guardlib as g\n"
                  "guard=g.Guard()\nos.set_inheritable(guard.process.stdin.fileno(), True)\n"
                  "held=subprocess.Popen(['sleep','1000'],close_fds=False)\n"
                  "id=guard.spawn([g.NASTY,'tree'])\nguard.event(g.STARTED,id)\n"
                  "print(held.pid,flush=True)\nguard.event(g.EMPTY,patience=3600)\n")
        standin = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                                   cwd=os.path.dirname(os.path.abspath(__file__)))
        held = int(standin.stdout.readline())
        os.kill(standin.pid, signal.SIGKILL)
        standin.wait()
        standin.stdout.close()
        self.assertIsNotNone(g.wait_until(lambda: set(self.others()) == {held}), str(self.others()))
        os.kill(held, signal.SIGKILL)
        guard_pipe_holder.kill()
        guard_pipe_holder.wait()


if __name__ == "__main__":
    unittest.main()
