"""Frames that no application sends: the guard says so, ends everything, and neither crashes nor reads on."""
import os
import random
import struct
import unittest

import guardlib as g

CHECKED = os.environ.get("PROA_GUARD_CHECKED", "") or g.GUARD
ROUNDS = int(os.environ.get("PROA_FUZZ", "150"))
HELLO = g.frame(g.HELLO, g.field(g.VERSION, 1))


class Frames(unittest.TestCase):
    def setUp(self):
        self.before = set(g.processes())

    def feed(self, data):
        guard = g.Guard(hello=False, guard=CHECKED)
        try:
            guard.send(data)
        except BrokenPipeError:
            pass
        code = guard.end()
        error = guard.stderr()
        self.assertEqual({p for p in g.processes() if p not in self.before}, set())
        return code, error

    def test_malformed_frames_are_named_and_end_with_65(self):
        long = struct.pack(">I", (4 << 20) + 1)
        cases = {
            "empty frame": (HELLO + struct.pack(">I", 0), "frame of 0 bytes"),
            "too long": (HELLO + long + b"x", "frame of 4194305 bytes"),
            "longest number": (b"\xff" * 64, "frame of 4294967295 bytes"),
            "unknown type": (HELLO + g.frame(60), "unknown type"),
            "type 0": (HELLO + g.frame(0), "unknown type"),
            "no hello": (g.frame(g.KILL, g.field(g.ID, 1)), "before HELLO"),
            "other version": (g.frame(g.HELLO, g.field(g.VERSION, 2)), "version"),
            "field beyond the frame": (HELLO + g.frame(g.SPAWN, struct.pack(">BI", g.ARG, 50) + b"x"), "longer than"),
            "half a field": (HELLO + g.frame(g.SPAWN, b"\x03\x00"), "longer than"),
            "number of 3 bytes": (HELLO + g.frame(g.STOP, g.field(g.ID, b"abc")), "four bytes"),
            "NUL in an argument": (HELLO + g.frame(g.SPAWN, g.field(g.ARG, b"a\0b")), "NUL"),
            "signal 65": (HELLO + g.frame(g.STOP, g.field(g.SIGNAL, 65)), "out of range"),
            "endless grace": (HELLO + g.frame(g.STOP, g.field(g.GRACE_MS, 1 << 31)), "out of range"),
            "unknown field": (HELLO + g.frame(g.KILL, g.field(77, b"")), "does not know"),
        }
        for name, (data, words) in cases.items():
            with self.subTest(name):
                code, error = self.feed(data)
                self.assertEqual(code, 65, error)
                self.assertIn(words, error)

    def test_a_malformed_frame_ends_the_sidecars_that_run(self):
        guard = g.Guard(guard=CHECKED)
        id = guard.spawn([g.NASTY, "tree"])
        guard.event(g.STARTED, id)
        guard.send(g.frame(0))
        self.assertEqual(guard.wait(), 65)
        self.assertEqual({p for p in g.processes() if p not in self.before}, set())

    def test_a_frame_in_single_bytes_and_a_frame_of_the_greatest_length(self):
        guard = g.Guard(hello=False, guard=CHECKED)
        for byte in HELLO:
            guard.send(bytes([byte]))
        guard.pid = guard.event(g.SAYS_HELLO)[g.PID]
        body = bytes([g.SPAWN]) + g.field(g.ID, 1) + g.field(g.ARG, "true")
        filler = (4 << 20) - len(body) - 5
        data = body + struct.pack(">BI", 200, filler) + b"\0" * filler
        guard.send(struct.pack(">I", len(data)) + data)
        guard.event(g.STARTED, 1)
        guard.opened(1)
        guard.event(g.EMPTY, 1)
        self.assertEqual(guard.end(), 0)

    def test_an_end_within_a_frame_is_an_end(self):
        self.assertEqual(self.feed(HELLO + b"\0\0\0\x20\x02")[0], 0)

    def test_news_of_sidecars_that_are_gone_is_nothing_special(self):
        late = g.frame(g.STOP, g.field(g.ID, 9)) + g.frame(g.KILL, g.field(g.ID, 9)) + g.frame(g.OPENED, g.field(g.ID, 9))
        self.assertEqual(self.feed(HELLO + late), (0, ""))

    def test_random_frames(self):
        commands = [
            g.frame(g.SPAWN, g.field(g.ID, 1), g.field(g.ARG, "true"), g.field(g.ENV, "A=b"), g.field(g.CWD, "/")),
            g.frame(g.SPAWN, g.field(g.ID, 2), g.field(g.ARG, "sleep"), g.field(g.ARG, "1000")),
            g.frame(g.STOP, g.field(g.ID, 2), g.field(g.SIGNAL, 15), g.field(g.GRACE_MS, 5)),
            g.frame(g.OPENED, g.field(g.ID, 1)), g.frame(g.KILL, g.field(g.ID, 2)), g.frame(g.SHUTDOWN),
        ]
        for seed in range(ROUNDS):
            dice = random.Random(seed)
            data = bytearray(b"".join(dice.choices(commands, k=dice.randrange(1, 8))))
            for _ in range(dice.randrange(0, 6)):
                at = dice.randrange(len(data))
                change = dice.randrange(4)
                if change == 0:
                    data[at] = dice.randrange(256)
                elif change == 1:
                    data[at] ^= 1 << dice.randrange(8)
                elif change == 2:
                    del data[at:at + dice.randrange(9)]
                else:
                    data[at:at] = dice.randbytes(dice.randrange(9))
                data = data or bytearray(b"\0")
            code, error = self.feed(HELLO + bytes(data))
            self.assertIn(code, (0, 65), "seed %d: %s" % (seed, error))
            for word in ("Sanitizer", "runtime error", "died of signal"):
                self.assertNotIn(word, error, "seed %d" % seed)


if __name__ == "__main__":
    unittest.main()
