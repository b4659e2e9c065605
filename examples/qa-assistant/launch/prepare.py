"""Installs once what the app needs: the backend's libraries, and a database where there is no mongod.

Needs the network the first time. Afterwards it finds everything in place and ends at once.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import places


def say(text):
    print(text, flush=True)


def main():
    begun = time.monotonic()
    places.cache().mkdir(parents=True, exist_ok=True)
    # Two instances may start at once; the second one finds the work done.
    with open(places.cache() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        once(places.environment(), "the backend's libraries", libraries)
        mongod = places.mongod()
        if mongod:
            say(f"database: {mongod}")
        else:
            once(places.stand_in(), "a database to stand in for mongod", database)
    say(f"prepared within {time.monotonic() - begun:.1f} s")


def once(folder, what, make):
    """Makes a folder whole or not at all: a mark is written when everything lies in it."""
    mark = folder / "complete"
    if mark.exists():
        say(f"{what}: {folder}")
        return
    say(f"installing {what} into {folder}")
    shutil.rmtree(folder, ignore_errors=True)
    make(folder)
    mark.touch()


def libraries(folder):
    made = run([sys.executable, "-m", "venv", str(folder)])
    if made.returncode != 0:
        sys.exit(f"{made.stdout}\nNo virtual environment could be made. On Debian: apt install python3-venv")
    installed = run(
        [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        + ["--no-input", "--require-hashes", "--only-binary", ":all:", "-r", str(places.REQUIREMENTS)]
    )
    if installed.returncode != 0:
        sys.exit(f"{installed.stdout}\nThe libraries could not be installed. The first start needs the network.")


def database(folder):
    with tempfile.TemporaryDirectory() as work:
        sources = Path(work) / "database"
        shutil.copytree(places.DATABASE, sources, ignore=shutil.ignore_patterns("target"))
        built = run(
            [maven(), "-B", "-q", "-ntp", "-f", str(sources / "pom.xml"), "package"],
            JAVA_HOME=str(Path(places.java()).resolve().parent.parent),
        )
        if built.returncode != 0:
            sys.exit(
                f"{built.stdout}\nThe database could not be built. The first start needs the network. "
                "Or install MongoDB's server (mongod)."
            )
        shutil.copytree(sources / "target" / "jars", folder)


def maven():
    checkout = places.proa_checkout()
    found = str(checkout / "mvnw") if checkout else shutil.which("mvn")
    if not found:
        sys.exit("There is neither mongod nor Maven to build the stand-in with. Install MongoDB's server, or Maven.")
    return found


def run(command, **more):
    return subprocess.run(
        command, env=os.environ | more, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


if __name__ == "__main__":
    main()
