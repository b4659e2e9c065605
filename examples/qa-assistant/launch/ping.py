"""Exits with 0 if a database on this port answers in MongoDB's protocol that it takes writes; else says why not.

That somebody listens on the port is not enough: a database that still recovers its files listens, too.
"""

import socket
import struct
import sys

SECONDS = 2.0
OP_MSG = 2013


def question():
    """The command {ismaster: 1, $db: "admin"} as an OP_MSG of one section; old and new servers know it."""
    fields = b"\x10ismaster\x00" + struct.pack("<i", 1) + b"\x02$db\x00" + struct.pack("<i", 6) + b"admin\x00"
    document = struct.pack("<i", len(fields) + 5) + fields + b"\x00"
    body = struct.pack("<I", 0) + b"\x00" + document
    return struct.pack("<iiii", 16 + len(body), 1, 0, OP_MSG) + body


def exactly(stream, length):
    data = stream.read(length)
    if len(data) < length:
        raise OSError("the database closed the connection")
    return data


def main():
    port = int(sys.argv[1])
    try:
        with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
            connection.sendall(question())
            with connection.makefile("rb") as stream:
                length = struct.unpack("<i", exactly(stream, 4))[0]
                if not 16 < length < 1 << 20:
                    raise OSError("what answers does not speak MongoDB's protocol")
                answer = exactly(stream, length - 4)
    except OSError as problem:
        sys.exit(f"no database on port {port}: {problem}")
    if not any(b"\x08" + name + b"\x00\x01" in answer for name in (b"isWritablePrimary", b"ismaster")):
        sys.exit(f"the database on port {port} takes no writes yet")


if __name__ == "__main__":
    main()
