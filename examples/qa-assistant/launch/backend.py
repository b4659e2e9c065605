"""Becomes the backend, with the interpreter that prepare.py installed: the process stays the same one."""

import os
import sys

import places

if not places.interpreter().exists():
    sys.exit("The backend's libraries are not installed. Run first: python3 launch/prepare.py")
os.chdir(places.BACKEND)
python = str(places.interpreter())
os.execv(python, [python, "-u", "-m", "qa", *sys.argv[1:]])
