"""Starting, ending and hearing of sidecars."""
import errno
import os
import signal
import sys
import tempfile
import time
import unittest

import guardlib as g

SHOW = "import os,sys;print(ascii((sys.argv[1:], sorted(os.environb.items()), os.getcwd())))"


class Sidecars(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())
        self.guard = g.Guard()

    def tearDown(self):
        self.guard.end()
        left = {p: i for p, i in g.processes().items() if p not in self.before}
        self.assertEqual(left, {}, "left behind")

    def run_one(self, argv, **more):
        id = self.guard.spawn(argv, **more)
        started = self.guard.event(g.STARTED, id)
        output = self.guard.output(id, started)
        return output, self.guard.event(g.EXITED, id), self.guard.event(g.EMPTY, id)

    def test_reports_an_exit_code_and_an_empty_tree(self):
        output, exited, empty = self.run_one(["sh", "-c", "echo hi; exit 7"])
        self.assertEqual(output, b"hi\n")
        self.assertEqual((exited[g.HOW], exited[g.VALUE]), (0, 7))
        self.assertEqual(empty[g.SURVIVORS], 0)

    def test_reports_the_signal_that_ended_it(self):
        _, exited, _ = self.run_one(["sh", "-c", "kill -SEGV $$"])
        self.assertEqual((exited[g.HOW], exited[g.VALUE]), (1, signal.SIGSEGV))

    def test_reports_processor_time_and_memory(self):
        _, exited, _ = self.run_one([sys.executable, "-c", "x=bytearray(60<<20)\nfor i in range(3000000): pass"])
        self.assertGreater(exited[g.UTIME_US], 20_000)
        self.assertLess(exited[g.UTIME_US] + exited[g.STIME_US], 20_000_000)
        self.assertGreater(exited[g.MAXRSS_KB], 60 << 10)

    def test_names_stage_and_errno_of_a_start_that_failed(self):
        folder = tempfile.mkdtemp()
        def file(name, text, mode):
            path = os.path.join(folder, name)
            with open(path, "wb") as f:
                f.write(text)
            os.chmod(path, mode)
            return path
        with open(g.NASTY, "rb") as program:
            foreign = bytearray(program.read(4096))
        foreign[18:20] = b"\xf3\x00" if foreign[18] != 0xf3 else b"\x3e\x00"
        cases = [
            (["no-such-program-anywhere"], None, g.STAGE_EXEC, errno.ENOENT),
            (["/no/such/program"], None, g.STAGE_EXEC, errno.ENOENT),
            ([""], None, g.STAGE_EXEC, errno.ENOENT),
            ([file("plain", b"#!/bin/sh\n", 0o644)], None, g.STAGE_EXEC, errno.EACCES),
            ([file("text", b"echo no shebang\n", 0o755)], None, g.STAGE_EXEC, errno.ENOEXEC),
            ([file("foreign", bytes(foreign), 0o755)], None, g.STAGE_EXEC, errno.ENOEXEC),
            ([file("interpreter", b"#!/no/such/sh\n", 0o755)], None, g.STAGE_EXEC, errno.ENOENT),
            ([folder], None, g.STAGE_EXEC, errno.EACCES),
            (["true"], "/no/such/folder", g.STAGE_CHDIR, errno.ENOENT),
            (["true"], os.path.join(folder, "plain"), g.STAGE_CHDIR, errno.ENOTDIR),
            ([], None, g.STAGE_FRAME, errno.EINVAL),
        ]
        for argv, cwd, stage, error in cases:
            with self.subTest(argv=argv, cwd=cwd):
                failed = self.guard.event(g.SPAWN_FAILED, self.guard.spawn(argv, cwd=cwd))
                self.assertEqual((failed[g.STAGE], failed[g.ERRNO]), (stage, error))
        self.assertEqual(self.guard.events, [])

    def test_gives_arguments_environment_and_folder_exactly(self):
        args = ["", "a b", "", "ä\u2713", "\udcff\udc80", "-x", "$HOME", "*", "x" * 100_000]
        env = {"EMPTY": "", "UMLAUT": "ö\udcfe", "EQ": "a=b=c", "LC_ALL": "C.UTF-8"}
        output, exited, _ = self.run_one([sys.executable, "-c", SHOW, *args], env=env, cwd="/usr/bin")
        got_args, got_env, cwd = eval(output.decode())
        self.assertEqual(got_args, args)
        self.assertEqual(got_env, sorted((os.fsencode(k), os.fsencode(v)) for k, v in env.items()))
        self.assertEqual(cwd, "/usr/bin")

    def test_looks_for_the_program_on_the_given_path_only(self):
        folder = tempfile.mkdtemp()
        tool = os.path.join(folder, "tool")
        with open(tool, "w") as f:
            f.write("#!/bin/sh\necho found $1\n")
        os.chmod(tool, 0o755)
        output, _, _ = self.run_one(["tool", "it"], env={"PATH": "/nowhere::" + folder})
        self.assertEqual(output, b"found it\n")
        failed = self.guard.event(
            g.SPAWN_FAILED, self.guard.spawn(["tool"], env={"PATH": ":/nowhere"}, cwd=folder))
        self.assertEqual(failed[g.ERRNO], errno.ENOENT)

    def test_a_sidecar_has_only_the_standard_streams_and_no_inherited_signal_state(self):
        script = ("import os;print([(f, os.readlink('/proc/self/fd/'+f).split(':')[0]) for f in sorted(os.listdir('/proc/self/fd')) "
                  "if os.path.exists('/proc/self/fd/'+f)]);"
                  "print([l.split()[1] for l in open('/proc/self/status') if l[:6] in ('SigBlk','SigIgn')])")
        output, _, _ = self.run_one(["/usr/bin/env", "-i", sys.executable, "-c", script])
        fds, signals = output.decode().splitlines()
        self.assertEqual(eval(fds), [("0", "/dev/null"), ("1", "pipe"), ("2", "pipe")])
        blocked, ignored = (int(v, 16) for v in eval(signals))
        python_ignores = (1 << (signal.SIGPIPE - 1)) | (1 << (signal.SIGXFSZ - 1))
        self.assertEqual((blocked, ignored & ~python_ignores), (0, 0))

    def test_a_sidecar_leads_its_own_session(self):
        output, _, _ = self.run_one(["sh", "-c", "cut -d' ' -f1,5,6 /proc/$$/stat"])
        pid, group, session = output.split()
        self.assertEqual((group, session), (pid, pid))

    def test_keeps_the_order_of_both_streams(self):
        output, _, _ = self.run_one(
            ["sh", "-c", "i=0; while [ $i -lt 300 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done"])
        self.assertEqual(output.decode().split(), [s + str(i) for i in range(300) for s in "oe"])

    def test_keeps_the_output_of_a_sidecar_that_ended_before_it_was_opened(self):
        id = self.guard.spawn(["sh", "-c", "head -c 60000 /dev/zero; printf end"])
        started = self.guard.event(g.STARTED, id)
        self.guard.event(g.EMPTY, id)
        wait = g.wait_until(lambda: started[g.GUARD_PID] not in g.processes())
        self.assertIsNotNone(wait)
        self.assertEqual(self.guard.output(id, started), b"\0" * 60000 + b"end")

    def test_output_ends_when_the_tree_is_empty_and_not_before(self):
        id = self.guard.spawn(["sh", "-c", "trap '' TERM; sleep 1000 & echo $!; wait"])
        started = self.guard.event(g.STARTED, id)
        fd = self.guard.open(started)
        self.guard.opened(id)
        g.read_until(fd, b"\n")
        os.set_blocking(fd, False)
        self.assertRaises(BlockingIOError, os.read, fd, 1)
        os.kill(started[g.PID], signal.SIGKILL)
        os.set_blocking(fd, True)
        self.assertEqual(os.read(fd, 1), b"")
        os.close(fd)
        self.assertEqual(self.guard.event(g.EMPTY, id)[g.SURVIVORS], 1)

    def test_counts_who_was_left_when_the_main_process_ended(self):
        output, exited, empty = self.run_one(
            ["sh", "-c", "for i in 1 2 3; do setsid sleep 1000 & done; sleep 0.1; exit 3"])
        self.assertEqual(exited[g.VALUE], 3)
        self.assertEqual(empty[g.SURVIVORS], 3)

    def test_stop_lets_a_sidecar_end_by_itself(self):
        id = self.guard.spawn(["sh", "-c", "trap 'echo bye; exit 4' TERM; echo up; while :; do sleep 0.01; done"])
        fd = self.guard.open(self.guard.event(g.STARTED, id))
        self.guard.opened(id)
        g.read_until(fd, b"up\n")
        self.guard.stop(id, grace_ms=10_000)
        self.assertEqual(g.read_all(fd), b"bye\n")
        exited = self.guard.event(g.EXITED, id)
        self.assertEqual((exited[g.HOW], exited[g.VALUE]), (0, 4))

    def test_stop_sends_the_signal_it_names(self):
        id = self.guard.spawn(["sleep", "1000"])
        self.guard.event(g.STARTED, id)
        self.guard.opened(id)
        self.guard.stop(id, signal=signal.SIGINT)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], signal.SIGINT)

    def test_a_stop_that_overtakes_the_start_is_not_lost(self):
        for _ in range(30):
            id = self.guard.spawn(["sleep", "1000"])
            self.guard.stop(id, grace_ms=20_000)
            self.guard.event(g.STARTED, id)
            self.guard.opened(id)
            self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], signal.SIGTERM)

    def test_stop_kills_a_deaf_sidecar_when_its_grace_is_over(self):
        id = self.guard.spawn([g.NASTY, "broad"])
        fd = self.guard.open(self.guard.event(g.STARTED, id))
        self.guard.opened(id)
        g.read_until(fd, b"ready")
        # Only its children are deaf: the main process ends at once, they use the grace up.
        begin = time.monotonic()
        self.guard.stop(id, grace_ms=400)
        self.guard.event(g.EXITED, id)
        self.assertLess(time.monotonic() - begin, 0.35)
        self.assertEqual(self.guard.event(g.EMPTY, id)[g.SURVIVORS], 200)
        took = time.monotonic() - begin
        self.assertTrue(0.4 <= took < 2.5, took)
        os.close(fd)

    def test_others_are_told_to_end_when_the_main_process_obeyed(self):
        # The parent obeys, the child hears of it only from the guard.
        script = "(trap 'echo told; exit' TERM; echo up; while :; do sleep 0.01; done) & trap 'exit 0' TERM; wait"
        id = self.guard.spawn(["sh", "-c", script])
        fd = self.guard.open(self.guard.event(g.STARTED, id))
        self.guard.opened(id)
        g.read_until(fd, b"up\n")
        self.guard.stop(id, grace_ms=15_000)
        self.assertIn(b"told\n", g.read_all(fd))

    def test_a_stopped_process_obeys_a_stop(self):
        id = self.guard.spawn(["sh", "-c", "trap 'exit 5' TERM; echo up; while :; do sleep 0.01; done"])
        started = self.guard.event(g.STARTED, id)
        fd = self.guard.open(started)
        self.guard.opened(id)
        g.read_until(fd, b"up\n")
        os.kill(started[g.PID], signal.SIGSTOP)
        self.guard.stop(id, grace_ms=15_000)
        self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], 5)
        os.close(fd)

    def test_kill_ends_every_kind_of_tree(self):
        for kind in ["tree", "broad", "bomb", "vfork", "hydra"]:
            with self.subTest(kind=kind):
                id = self.guard.spawn([g.NASTY, kind])
                fd = self.guard.open(self.guard.event(g.STARTED, id))
                self.guard.opened(id)
                if kind != "hydra":
                    g.read_until(fd, b"ready")
                    self.guard.kill(id)
                self.guard.event(g.EMPTY, id)
                os.close(fd)

    @unittest.skipUnless(os.environ.get("PROA_SETUID"), "only root can make a set-user-id program")
    def test_says_for_as_long_as_it_is_so_that_somebody_cannot_be_killed(self):
        id = self.guard.spawn([os.environ["PROA_SETUID"], "untouchable"])
        fd = self.guard.open(self.guard.event(g.STARTED, id))
        self.guard.opened(id)
        g.read_until(fd, b"ready")
        begin = time.monotonic()
        self.guard.kill(id)
        report = self.guard.event(g.NOT_EMPTY, id)
        self.assertTrue(9.5 < time.monotonic() - begin < 12)
        self.assertIn(report[g.PID], g.processes())
        self.assertEqual([e for e in self.guard.events if e["kind"] == g.EMPTY], [])
        self.guard.event(g.EMPTY, id)
        self.assertNotIn(report[g.PID], g.processes())
        os.close(fd)

    def test_shutdown_stops_all_and_then_ends_with_0(self):
        ids = [self.guard.spawn(["sleep", "1000"]) for _ in range(20)]
        for id in ids:
            self.guard.event(g.STARTED, id)
            self.guard.opened(id)
        self.guard.send(g.frame(g.SHUTDOWN, g.field(g.SIGNAL, 15), g.field(g.GRACE_MS, 5000)))
        for id in ids:
            self.assertEqual(self.guard.event(g.EXITED, id)[g.VALUE], 15)
            self.guard.event(g.EMPTY, id)
        self.assertEqual(self.guard.wait(), 0)

    def test_refuses_a_field_it_must_understand_and_skips_an_optional_one(self):
        id = self.guard.spawn(["true"], more=[g.field(99, b"x")])
        failed = self.guard.event(g.SPAWN_FAILED, id)
        self.assertEqual((failed[g.STAGE], failed[g.ERRNO]), (g.STAGE_FRAME, errno.ENOTSUP))
        id = self.guard.spawn(["true"], more=[g.field(199, b"x")])
        self.guard.event(g.STARTED, id)
        self.guard.opened(id)
        self.guard.event(g.EMPTY, id)

    def test_an_id_in_use_is_refused(self):
        id = self.guard.spawn(["sleep", "1000"])
        self.guard.event(g.STARTED, id)
        self.guard.last_id -= 1
        self.guard.spawn(["sleep", "1000"])
        self.assertEqual(self.guard.event(g.SPAWN_FAILED, id)[g.ERRNO], errno.EEXIST)

    def test_guards_survive_the_signals_of_a_terminal(self):
        id = self.guard.spawn(["sleep", "1000"])
        started = self.guard.event(g.STARTED, id)
        self.guard.opened(id)
        for pid in [self.guard.process.pid, self.guard.pid, started[g.GUARD_PID]]:
            for number in [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP]:
                os.kill(pid, number)
        self.guard.kill(id)
        self.guard.event(g.EMPTY, id)

    def test_two_hundred_sidecars_at_once(self):
        ids = [self.guard.spawn(["cat", "/proc/self/comm"]) for _ in range(8 if g.JAVA else 200)]
        for id in ids:
            started = self.guard.event(g.STARTED, id)
            self.assertEqual(self.guard.output(id, started), b"cat\n")
        for id in ids:
            self.guard.event(g.EMPTY, id)


if __name__ == "__main__":
    unittest.main()
