"""kill -9 of any one or two of application, warden, root guard and child guard leaves nothing."""
import os
import random
import signal
import subprocess
import sys
import unittest

import evidence
import guardlib as g

LONG = bool(os.environ.get("PROA_LONG"))
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

    def trial(self, victims, seed, more, at_once):
        standin, chain = self.start("tree", *more)
        self.assertEqual(len(chain), 5)
        self.assertIsNotNone(g.wait_until(lambda: len(self.others()) > 12), self.others())
        order = [chain[v] for v in victims]
        random.Random(seed).shuffle(order)
        for number in ([signal.SIGSTOP] if at_once else []) + [signal.SIGKILL]:
            for pid in order:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    pass  # its own answer to the death before was faster
        if APPLICATION not in victims:
            # The application lives on; with its warden alive or dead, the tree has to go.
            took = g.wait_until(lambda: set(self.others()) <= set(chain[:3]))
            os.kill(standin.pid, signal.SIGKILL)
        gone = g.wait_until(lambda: not self.others())
        standin.wait()
        standin.stdout.close()
        left = self.others()
        self.tearDown()
        if APPLICATION not in victims and took is None and not left:
            left = {0: "the tree outlived its guards"}
        return len(left), gone if APPLICATION in victims else took

    def trials(self, title, *victims, more=(), long=50, at_once=False):
        count = long if LONG else 10
        count = max(3, count // 5) if g.JAVA else count
        evidence.trials(self, title, count, lambda seed: self.trial(victims, seed, more, at_once))

    def test_application(self):
        self.trials("kill -9 of the application", APPLICATION, long=200)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden(self):
        self.trials("kill -9 of the warden", WARDEN)

    def test_root_guard(self):
        self.trials("kill -9 of the root guard", ROOT)

    def test_child_guard(self):
        self.trials("kill -9 of the child guard", CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_application_and_warden(self):
        self.trials("kill -9 of application and warden", APPLICATION, WARDEN)

    def test_application_and_root_guard(self):
        self.trials("kill -9 of application and root guard", APPLICATION, ROOT)

    def test_application_and_child_guard(self):
        self.trials("kill -9 of application and child guard", APPLICATION, CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden_and_root_guard(self):
        self.trials("kill -9 of warden and root guard", WARDEN, ROOT)

    @unittest.skipIf(g.JAVA, "the guard written in Java has no warden")
    def test_warden_and_child_guard(self):
        self.trials("kill -9 of warden and child guard", WARDEN, CHILD)

    @unittest.skipIf(g.JAVA, "without a warden this is left to the next launch")
    def test_root_guard_and_child_guard(self):
        self.trials("kill -9 of root guard and child guard", ROOT, CHILD)

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_application_in_a_namespace(self):
        self.trials("kill -9 of the application, PID namespace", APPLICATION, more=["pidns"], long=200)

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_root_guard_over_a_namespace(self):
        self.trials("kill -9 of the root guard, PID namespace", ROOT, more=["pidns"])

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_child_guard_of_a_namespace(self):
        self.trials("kill -9 of the child guard, PID namespace", CHILD, more=["pidns"])

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_application_and_root_guard_over_a_namespace(self):
        self.trials("kill -9 of application and root guard, PID namespace", APPLICATION, ROOT, more=["pidns"])

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_application_and_child_guard_of_a_namespace(self):
        self.trials("kill -9 of application and child guard, PID namespace", APPLICATION, CHILD, more=["pidns"])

    @unittest.skipIf(g.JAVA, "the guard written in Java makes no namespaces")
    def test_all_four_over_a_namespace(self):
        # Without a namespace this leaves a tree, and the next launch has to look.
        self.trials("kill -9 of application and all guards, PID namespace",
                    APPLICATION, WARDEN, ROOT, CHILD, more=["pidns"], at_once=True)

    def test_application_while_the_tree_grows(self):
        def trial(seed):
            standin, _ = self.start("tree", "early")
            wait = random.Random(seed).random() * 0.005
            g.wait_until(lambda: False, wait)
            os.kill(standin.pid, signal.SIGKILL)
            gone = g.wait_until(lambda: not self.others())
            standin.wait()
            standin.stdout.close()
            left = len(self.others())
            self.tearDown()
            return left, gone
        evidence.trials(self, "kill -9 of the application while its sidecar starts", 100 if LONG else 10, trial)

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
