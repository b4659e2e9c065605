"""Becomes the database: mongod where there is one, else the stand-in that prepare.py built."""

import argparse
import os
import sys
from pathlib import Path

import places


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dbpath", type=Path, required=True)
    arguments = parser.parse_args()
    mongod = places.mongod()
    # Each keeps files of its own form.
    folder = arguments.dbpath / ("mongod" if mongod else "stand-in")
    folder.mkdir(parents=True, exist_ok=True)
    words = server(mongod, arguments.port, folder) if mongod else stand_in(arguments.port, folder)
    print(f"starting {words[0]} on port {arguments.port}, data in {folder}", flush=True)
    os.execv(words[0], words)


def server(mongod, port, folder):
    return [mongod, "--bind_ip", "127.0.0.1", "--port", str(port), "--dbpath", str(folder), "--nounixsocket", "--quiet"]


def stand_in(port, folder):
    jar = places.stand_in() / "database-stand-in.jar"
    if not jar.exists():
        sys.exit("The database is not installed. Run first: python3 launch/prepare.py")
    lean = ["-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dio.netty.noUnsafe=true"]
    return [places.java(), *lean, "-jar", str(jar), str(port), str(folder / "data")]


if __name__ == "__main__":
    main()
