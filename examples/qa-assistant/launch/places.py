"""Where the parts of this app lie that are installed once and shared by all its data folders."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

APP = Path(__file__).resolve().parent.parent
BACKEND = APP / "backend"
DATABASE = APP / "database"
REQUIREMENTS = BACKEND / "requirements.txt"


def cache():
    """Things that can be made again: libraries, never data."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return Path(base) / "proa-qa-assistant"


def fingerprint(*files):
    """A short name for what these files say, so that a changed requirement gets a folder of its own."""
    text = hashlib.sha256()
    for file in files:
        text.update(file.read_bytes())
    return text.hexdigest()[:12]


def environment():
    """The folder of the virtual environment."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return cache() / f"python-{version}-{fingerprint(REQUIREMENTS)}"


def interpreter():
    return environment() / "bin" / "python"


def stand_in():
    """The folder of the database that is used where there is no mongod."""
    sources = sorted((DATABASE / "src").rglob("*.java"))
    return cache() / f"database-{fingerprint(DATABASE / 'pom.xml', *sources)}"


def mongod():
    """The database server to use, or None for the stand-in. MONGOD_BIN names another one than the PATH's."""
    wanted = os.environ.get("MONGOD_BIN")
    found = shutil.which(wanted or "mongod")
    if wanted and not found:
        sys.exit(f"MONGOD_BIN is {wanted}, which is no program. Correct it, or unset it to use what is there.")
    return found


def java():
    """A Java 17 or newer: JAVA_HOME's, the one Proa was built with, or the PATH's."""
    home = os.environ.get("JAVA_HOME")
    if not home and proa_checkout():
        home = _line_of(["sh", str(proa_checkout() / "build" / "jdk.sh")])
    if home:
        return str(Path(home) / "bin" / "java")
    found = shutil.which("java")
    if not found:
        sys.exit("There is neither mongod nor Java. Install one: MongoDB's server, or a JDK 17 or newer.")
    return found


def proa_checkout():
    """The checkout of Proa that this example is part of, or None for a copy of it."""
    checkout = APP.parent.parent
    return checkout if (checkout / "mvnw").exists() and (checkout / "build" / "jdk.sh").exists() else None


def _line_of(command):
    import subprocess

    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else None
