"""Listening sockets that the root guard holds while sidecars come and go."""
import errno
import os
import signal
import socket
import sys
import threading
import time
import unittest

import guardlib as g

# Answers each connection with its own pid, until it is told to end.
SERVER = """
import os, socket
assert os.environ['LISTEN_FDS'] == '1' and os.environ['LISTEN_FDNAMES'] == 'proa', os.environ
assert os.environ['LISTEN_PID'] == str(os.getpid()), os.environ
listener = socket.socket(fileno=3)
assert listener.gettimeout() is None and os.get_blocking(3)
print('up', sorted(os.listdir('/proc/self/fd')), flush=True)
os.set_blocking(3, %s)
while True:
    try:
        client = listener.accept()[0]
    except BlockingIOError:
        continue
    client.sendall(str(os.getpid()).encode())
    client.close()
"""


class Listeners(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())
        self.guard = g.Guard()

    def tearDown(self):
        self.guard.end()
        left = {p: i for p, i in g.processes().items() if p not in self.before}
        self.assertEqual(left, {}, "left behind")

    def listen(self, id, port=0):
        self.guard.send(g.frame(g.LISTEN, g.field(g.ID, id), g.field(g.PORT, port)))
        return self.guard.event(g.LISTENING, id)[g.PORT]

    def refused(self, id, port):
        self.guard.send(g.frame(g.LISTEN, g.field(g.ID, id), g.field(g.PORT, port)))
        return self.guard.event(g.LISTEN_FAILED, id)[g.ERRNO]

    def serve(self, listener, blocking=True, more=(), env=None):
        env = env or {"PATH": os.environ["PATH"]}
        id = self.guard.spawn([sys.executable, "-c", SERVER % blocking], env=env, more=[g.field(g.LISTENER, listener), *more])
        started = self.guard.event(g.STARTED, id)
        fd = self.guard.open(started)
        self.guard.opened(id)
        said = g.read_until(fd, b"\n")
        os.close(fd)
        self.assertTrue(said.startswith(b"up"), said)
        return id, started, said

    def ask(self, port):
        with socket.create_connection(("127.0.0.1", port), g.PATIENCE) as client:
            return client.recv(64).decode()

    def test_a_sidecar_gets_the_socket_as_descriptor_3_and_nothing_else(self):
        port = self.listen(7)
        env = {"PATH": os.environ["PATH"], "LISTEN_PID": "1", "LISTEN_FDS": "9", "LISTEN_FDNAMES": "other"}
        _, started, said = self.serve(7, env=env)
        # The last of these is the folder that was being listed.
        self.assertIn(b"['0', '1', '2', '3', '4']", said)
        self.assertEqual(self.ask(port), str(started[g.PID]))

    def test_only_the_root_guard_and_the_named_sidecar_hold_the_socket(self):
        self.listen(1)
        other = self.guard.spawn(["sleep", "1000"])
        bystander = self.guard.event(g.STARTED, other)
        _, started, _ = self.serve(1)
        holders = [pid for pid in (self.guard.process.pid, self.guard.pid, started[g.GUARD_PID], started[g.PID],
                                   bystander[g.GUARD_PID], bystander[g.PID]) if self.listens(pid)]
        self.assertEqual(holders, [self.guard.pid, started[g.PID]])

    def listens(self, pid):
        with open("/proc/net/tcp") as table:
            inodes = {line.split()[9] for line in table if line.split()[3] == "0A"}
        links = []
        for fd in os.listdir("/proc/%d/fd" % pid):
            try:
                links.append(os.readlink("/proc/%d/fd/%s" % (pid, fd)))
            except OSError:
                continue
        return any(link == "socket:[%s]" % inode for link in links for inode in inodes)

    def test_nobody_is_refused_over_four_restarts_at_fifty_connections_a_second(self):
        port = self.listen(1)
        answers, refused, cut, done = [], [], [], threading.Event()

        def client():
            due = time.monotonic()
            while not done.is_set():
                try:
                    answer = self.ask(port)
                    (answers if answer else cut).append(answer)
                except ConnectionRefusedError as error:
                    refused.append(error)
                except OSError as error:
                    cut.append(error)
                due += 0.02
                done.wait(max(0.0, due - time.monotonic()))

        thread = threading.Thread(target=client, daemon=True)
        self.addCleanup(done.set)
        pids = []
        for round in range(5):
            id, started, _ = self.serve(1, blocking=round % 2 == 0)
            pids.append(str(started[g.PID]))
            if round == 0:
                thread.start()
            self.assertIsNotNone(g.wait_until(lambda: answers and answers[-1] == pids[-1]))
            if round < 4:
                os.kill(started[g.PID], signal.SIGKILL)
                self.guard.event(g.EMPTY, id)
        done.set()
        thread.join()
        self.assertEqual(refused, [])
        self.assertLessEqual(len(cut), 4, "only whom a killed sidecar had accepted: %s" % cut)
        self.assertEqual(list(dict.fromkeys(answers)), pids, "each of the five has answered, none after its end")

    def test_a_socket_that_a_sidecar_shut_down_listens_again_for_the_next(self):
        port = self.listen(1)
        id = self.guard.spawn([sys.executable, "-c", "import socket; socket.socket(fileno=3).shutdown(2)"],
                              more=[g.field(g.LISTENER, 1)])
        self.guard.event(g.STARTED, id)
        self.guard.opened(id)
        self.guard.event(g.EMPTY, id)
        _, started, _ = self.serve(1)
        self.assertEqual(self.ask(port), str(started[g.PID]))

    def test_says_why_a_port_cannot_be_had(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.assertEqual(self.refused(1, taken.getsockname()[1]), errno.EADDRINUSE)
        port = self.listen(1)
        self.assertEqual(self.refused(1, 0), errno.EEXIST)
        self.assertEqual(self.refused(2, port), errno.EADDRINUSE)
        self.assertEqual(self.refused(3, 65_536), errno.EINVAL)
        self.assertEqual(self.refused(0, 0), errno.EINVAL)

    def test_listens_on_the_loopback_alone_with_room_for_128(self):
        port = self.listen(1)
        clients = []
        for _ in range(128):
            clients.append(socket.create_connection(("127.0.0.1", port), 5))
        with open("/proc/net/tcp") as table:
            mine = [line.split() for line in table if line.split()[1].endswith(":%04X" % port) and line.split()[3] == "0A"]
        self.assertEqual([line[1].split(":")[0] for line in mine], ["0100007F"])
        for client in clients:
            client.close()

    def test_a_port_given_back_is_free_and_can_be_had_again(self):
        port = self.listen(1)
        self.guard.send(g.frame(g.UNLISTEN, g.field(g.ID, 1)) + g.frame(g.UNLISTEN, g.field(g.ID, 99)))
        self.assertEqual(self.listen(2, port), port)
        self.assertNotEqual(self.listen(1), port)

    def test_an_unknown_listener_is_refused(self):
        failed = self.guard.event(g.SPAWN_FAILED, self.guard.spawn(["true"], more=[g.field(g.LISTENER, 5)]))
        self.assertEqual((failed[g.STAGE], failed[g.ERRNO]), (g.STAGE_FRAME, errno.EBADF))

    def test_two_hundred_and_fifty_six_and_no_more(self):
        for id in range(1, 257):
            self.listen(id)
        self.assertEqual(self.refused(257, 0), errno.EMFILE)

    def test_a_chain_after_a_killed_one_binds_the_same_port(self):
        port = self.listen(1)
        _, started, _ = self.serve(1)
        self.ask(port)
        os.kill(self.guard.pid, signal.SIGKILL)
        self.assertEqual(self.guard.wait(), 70)
        self.guard = g.Guard()
        self.assertEqual(self.listen(1, port), port)
        _, next_started, _ = self.serve(1)
        self.assertEqual(self.ask(port), str(next_started[g.PID]))


if __name__ == "__main__":
    unittest.main()
