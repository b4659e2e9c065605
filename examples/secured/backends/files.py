"""Takes and gives large files as streams, and sums them up with SHA-256. Keeps nothing but the sums.

PUT /api/files/upload           any body: {size, sha256}
GET /api/files/sample?size=N    N bytes that are the same every time
GET /api/files/sum?size=N       {size, sha256} of that sample
GET /api/files/transfers        the last transfers
GET /api/files/seen             what this backend sees of a request
"""

import argparse
import hashlib
import hmac
import json
import os
import signal
import sys
import threading
from collections import deque
from datetime import datetime, timezone
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MIB = 1 << 20
MOST_BYTES = 64 << 30
# One block of noise; block n of a sample is this one behind the number n, so that no two are alike.
NOISE = hashlib.shake_256(b"a sample of noise").digest(MIB)
PIECE = 256 * 1024
TOKEN = os.environ.get("PROA_TOKEN", "")


def block(number):
    return number.to_bytes(8, "big") + NOISE[8:]


def blocks(size):
    """The sample of this size."""
    for number in range(size // MIB):
        yield block(number)
    if size % MIB:
        yield block(size // MIB)[: size % MIB]


@lru_cache(maxsize=64)
def sum_of_sample(size):
    total = hashlib.sha256()
    for each in blocks(size):
        total.update(each)
    return total.hexdigest()


class Transfers:
    """The last transfers, the newest first."""

    def __init__(self):
        self._lock = threading.Lock()
        self._last = deque(maxlen=10)
        self._count = 0

    def begin(self, kind, size):
        with self._lock:
            self._count += 1
            transfer = {"id": self._count, "kind": kind, "size": size, "bytes": 0, "state": "running"}
            transfer |= {"sha256": None, "started_at": now(), "ended_at": None}
            self._last.appendleft(transfer)
            return transfer

    def end(self, transfer, state, sha256=None):
        with self._lock:
            transfer |= {"state": state, "sha256": sha256, "ended_at": now()}
        print(f"{now()} {transfer['kind']} {transfer['id']} {state} after {transfer['bytes']} bytes", flush=True)

    def shown(self):
        with self._lock:
            return [dict(each) for each in self._last]


class Server(ThreadingHTTPServer):
    daemon_threads = True  # a transfer must not keep the process from ending
    transfers = Transfers()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "files"
    sys_version = ""
    timeout = 60

    def do_GET(self):
        url = urlsplit(self.path)
        if url.path in ("/health/live", "/health/ready"):
            self.answer(200, {"ready": True, "instance": os.environ.get("PROA_INSTANCE")})
        elif self.known():
            self.get(url.path, url.query)

    def get(self, path, query):
        if path == "/api/files/transfers":
            self.answer(200, {"transfers": self.server.transfers.shown()})
        elif path == "/api/files/seen":
            self.answer(200, {"backend": "files", "headers": sorted(name.lower() for name in self.headers)})
        elif path in ("/api/files/sample", "/api/files/sum"):
            size = parse_qs(query).get("size", [""])[0]
            if not size.isascii() or not size.isdigit() or len(size) > 12 or int(size) > MOST_BYTES:
                self.answer(400, {"error": f"size must be a whole number of bytes, at most {MOST_BYTES}."})
            elif path.endswith("sum"):
                self.answer(200, {"size": int(size), "sha256": sum_of_sample(int(size))})
            else:
                self.sample(int(size))
        else:
            self.answer(404, {"error": "There is nothing at this path."})

    def sample(self, size):
        transfer = self.server.transfers.begin("download", size)
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            for each in blocks(size):
                self.wfile.write(each)
                transfer["bytes"] += len(each)
            self.server.transfers.end(transfer, "done")
        except OSError:
            self.close_connection = True
            self.server.transfers.end(transfer, "aborted")

    def do_PUT(self):
        if not self.known():
            return
        if urlsplit(self.path).path != "/api/files/upload":
            self.answer(404, {"error": "There is nothing at this path."})
            return
        length = self.headers.get("Content-Length")
        transfer = self.server.transfers.begin("upload", int(length) if length else None)
        total = hashlib.sha256()
        try:
            for piece in self.body(length):
                total.update(piece)
                transfer["bytes"] += len(piece)
        except (OSError, ValueError):
            self.close_connection = True
            self.server.transfers.end(transfer, "aborted")
            return
        self.server.transfers.end(transfer, "done", total.hexdigest())
        self.answer(200, {"size": transfer["bytes"], "sha256": total.hexdigest()})

    def body(self, length):
        """The pieces of the body; OSError or ValueError when it does not come whole."""
        if length is not None:
            yield from self.exactly(int(length))
            return
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return
        while size := int(self.rfile.readline(64).split(b";")[0], 16):
            yield from self.exactly(size)
            self.rfile.readline(8)
        while self.rfile.readline(1024).strip():
            pass

    def exactly(self, size):
        while size > 0:
            piece = self.rfile.read1(min(size, PIECE))
            if not piece:
                raise OSError("the sender has gone")
            size -= len(piece)
            yield piece

    def known(self):
        """Whether the gateway sent this: only it and this process know the token."""
        if TOKEN and hmac.compare_digest(self.headers.get("X-Proa-Token", "").encode(), TOKEN.encode()):
            return True
        self.close_connection = True
        self.answer(401, {"error": "This backend answers its own gateway only."})
        return False

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        pass  # transfers are logged where they end


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    if not TOKEN:
        sys.exit("PROA_TOKEN is not set. Start this with: proa run examples/secured")
    server = Server(("127.0.0.1", port), Handler)
    for number in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for serve_forever(), which runs in the thread this handler interrupts.
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"{now()} listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    print(f"{now()} stopped", flush=True)


if __name__ == "__main__":
    main()
