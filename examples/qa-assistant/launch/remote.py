"""Plays the other machine: starts the backend and its database as a server on this one, until Ctrl-C.

    python3 launch/remote.py --port 8090

QA_TOKEN, if it is set, is asked of every caller.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, help="where the database lies; without it nothing is kept")
    words = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    subprocess.run([sys.executable, HERE / "prepare.py"], check=True)
    with tempfile.TemporaryDirectory() as own:
        serve(words.port, words.data or Path(own))


def serve(port, data):
    database_port = free_port()
    database = start("database.py", "--port", str(database_port), "--dbpath", str(data / "mongo"))
    backend = None
    try:
        while subprocess.run([sys.executable, HERE / "ping.py", str(database_port)], capture_output=True).returncode != 0:
            if database.poll() is not None:
                sys.exit("The database has ended.")
            time.sleep(0.2)
        uri = f"mongodb://127.0.0.1:{database_port}"
        backend = start("backend.py", "--port", str(port), "--mongodb-uri", uri)
        print(f"remote backend: http://127.0.0.1:{port}", flush=True)
        sys.exit(f"The backend has ended with {backend.wait()}.")
    except KeyboardInterrupt:
        pass
    finally:
        for process in (backend, database):
            end(process)


def start(program, *words):
    # A session of its own, so that Ctrl-C reaches this program alone, which ends the two in their order.
    # What a runtime gave to this process is not theirs: a server elsewhere is no sidecar.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PROA_")}
    return subprocess.Popen([sys.executable, HERE / program, *words], env=own, start_new_session=True)


def end(process):
    if process is not None and process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
