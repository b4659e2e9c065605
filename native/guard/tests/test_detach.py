"""proa-guard --detach: a program that outlives the application on purpose."""
import ast
import os
import signal
import subprocess
import sys
import tempfile
import unittest

import guardlib as g

SHOW = """
import os, signal, sys
blocked = [line.split()[1] for line in open('/proc/self/status') if line.startswith(('SigBlk', 'SigIgn'))]
fds = sorted((fd, os.readlink('/proc/self/fd/' + fd)) for fd in os.listdir('/proc/self/fd')
             if os.path.exists('/proc/self/fd/' + fd))
with open(sys.argv[1] + '.new', 'w') as out:
    out.write(repr((os.getpid(), os.getppid(), os.getsid(0), [int(b, 16) for b in blocked], fds, sys.argv[2:], os.getcwd())))
os.rename(sys.argv[1] + '.new', sys.argv[1])
signal.pause()
"""


class Detach(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.said = os.path.join(self.folder, "said")

    def read(self):
        self.assertIsNotNone(g.wait_until(lambda: os.path.exists(self.said)))
        with open(self.said) as file:
            return ast.literal_eval(file.read())

    def test_a_detached_program_has_no_parent_no_terminal_and_nothing_open(self):
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        pipe = os.pipe()
        os.set_inheritable(pipe[1], True)
        try:
            ended = subprocess.run([g.GUARD, "--detach", "--", sys.executable, "-c", SHOW, self.said, "--", "a b"],
                                   close_fds=False, capture_output=True, cwd=self.folder, timeout=g.PATIENCE)
        finally:
            signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, b"", b""))
        pid, parent, session, blocked, fds, words, folder = self.read()
        try:
            self.assertEqual(parent, 1)
            self.assertNotIn(session, (pid, os.getsid(0)))
            # Python itself ignores PIPE and XFSZ.
            self.assertEqual([b & ~(1 << 12) & ~(1 << 24) for b in blocked], [0, 0])
            self.assertEqual(fds, [("0", "/dev/null"), ("1", "/dev/null"), ("2", "/dev/null")])
            self.assertEqual((words, folder), (["--", "a b"], self.folder))
        finally:
            os.kill(pid, signal.SIGKILL)
            os.close(pipe[0])
            os.close(pipe[1])

    def test_it_outlives_an_application_that_is_killed_with_its_guards(self):
        script = ("import subprocess, sys, guardlib as g\n"
                  "guard = g.Guard()\nid = guard.spawn([g.NASTY, 'tree'])\nguard.event(g.STARTED, id)\n"
                  "subprocess.run([g.GUARD, '--detach', sys.executable, '-c', %r, %r], check=True)\n"
                  "print(guard.process.pid, flush=True)\nguard.event(g.EMPTY, patience=3600)" % (SHOW, self.said))
        before = set(g.processes())
        application = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE,
                                       cwd=os.path.dirname(os.path.abspath(__file__)))
        application.stdout.readline()
        pid = self.read()[0]
        os.kill(application.pid, signal.SIGKILL)
        application.wait()
        application.stdout.close()
        self.assertIsNotNone(g.wait_until(lambda: set(g.processes()) - before == {pid}), str(g.processes()))
        os.kill(pid, signal.SIGKILL)

    def test_says_in_one_sentence_what_cannot_be_started(self):
        for argv, words in [(["/no/such/program"], "No such file"), (["--", "no-such-program"], "No such file"),
                            ([self.folder], "Permission denied"), (["--", "--detach"], "No such file")]:
            ended = subprocess.run([g.GUARD, "--detach", *argv], capture_output=True, timeout=g.PATIENCE)
            self.assertEqual(ended.returncode, 69, argv)
            self.assertEqual(ended.stderr.count(b"\n"), 1)
            self.assertIn(words, ended.stderr.decode())
            self.assertIn(argv[-1], ended.stderr.decode())

    def test_without_a_program_it_tells_the_usage(self):
        for argv in [["--detach"], ["--detach", "--"]]:
            ended = subprocess.run([g.GUARD, *argv], capture_output=True, timeout=g.PATIENCE)
            self.assertEqual((ended.returncode, b"usage" in ended.stderr), (64, True), argv)


if __name__ == "__main__":
    unittest.main()
