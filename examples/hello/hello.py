"""A small backend on the standard library alone: greets, and streams the time as events."""

import argparse
import json
import os
import signal
import sys
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

STOPPING = threading.Event()
TICK_SECONDS = 1.0


class Server(ThreadingHTTPServer):
    # Requests that still stream must not keep the process from ending.
    daemon_threads = True


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "hello"
    sys_version = ""
    timeout = 30

    def do_GET(self):
        answer = {
            "/health/ready": self.ready,
            "/api/hello": self.hello,
            "/api/time": self.ticks,
        }.get(urlsplit(self.path).path)
        if answer is None:
            self.send_json(404, {"error": "There is nothing at this path."})
        else:
            answer()

    def ready(self):
        # The runtime compares the instance: a stranger on the port is not this app's sidecar.
        body = {"status": "ready", "instance": self.server.instance}
        self.send_json(503 if STOPPING.is_set() else 200, body)

    def hello(self):
        self.send_json(
            200,
            {
                "greeting": self.server.greeting,
                "pid": os.getpid(),
                "started_at": self.server.started_at,
            },
        )

    def ticks(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        # Without a length the end of the stream is the end of the connection.
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        number = 0
        try:
            while not STOPPING.is_set():
                number += 1
                data = json.dumps({"at": now(), "pid": os.getpid(), "number": number})
                self.wfile.write(f"id: {os.getpid()}-{number}\nevent: tick\ndata: {data}\n\n".encode())
                self.wfile.flush()
                STOPPING.wait(TICK_SECONDS)
        except (BrokenPipeError, ConnectionResetError):
            self.log_message("a reader of the time left after %d ticks", number)

    def send_json(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        print(f"{now()} {form % values}", file=sys.stderr, flush=True)


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port

    instance = os.environ.get("PROA_INSTANCE")
    if not instance:
        sys.exit("PROA_INSTANCE is not set. Start this with: proa run examples/hello")

    server = Server(("127.0.0.1", port), Handler)
    server.instance = instance
    server.greeting = os.environ.get("HELLO_GREETING", "Hello")
    server.started_at = now()

    def stop(_signal, _frame):
        STOPPING.set()
        # shutdown() waits for serve_forever(), which runs in the thread this handler interrupts.
        threading.Thread(target=server.shutdown, name="stop").start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"{now()} listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    print(f"{now()} stopped", flush=True)


if __name__ == "__main__":
    main()
