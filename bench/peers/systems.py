"""The supervisors that are compared: how each is told of programs, started and stopped in order."""

import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

HERE = pathlib.Path(__file__).resolve().parent


@dataclass
class Program:
    name: str
    command: list
    restart: bool = True


@dataclass
class System:
    """One supervisor with its folder; `tuned` gives up the whole tree within a second, as far as it can."""

    checkout: pathlib.Path
    folder: pathlib.Path
    tuned: bool = False
    process: subprocess.Popen = field(default=None, init=False)

    name = "?"

    @classmethod
    def missing(cls, checkout):
        """Why it cannot take part, or None."""
        home = checkout / "target/peers" / cls.name
        if (home / ".version").exists():
            return None
        reason = checkout / "target/peers" / (cls.name + ".missing")
        return reason.read_text().strip() if reason.exists() else f"{cls.name} is not installed"

    @classmethod
    def version(cls, checkout):
        return (checkout / "target/peers" / cls.name / ".version").read_text().strip()

    @property
    def home(self):
        return self.checkout / "target/peers" / self.name

    def environment(self):
        keep = ("PATH", "LANG", "JAVA_HOME", "PROA_JAVA_HOME")
        return {name: os.environ[name] for name in keep if name in os.environ} | {"HOME": str(self.folder)}

    def launch(self, *command, **more):
        out = open(self.folder / "out.txt", "ab")
        return subprocess.Popen(
            [str(word) for word in command],
            cwd=self.folder,
            env=self.environment() | more,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )

    def start(self, programs):
        """Returns at once; the programs come."""
        raise NotImplementedError

    def pid(self):
        return self.process.pid

    def ask_to_stop(self):
        os.kill(self.pid(), signal.SIGTERM)

    def await_end(self, seconds=60):
        self.process.wait(seconds)

    def kill(self):
        """kill -9 of the supervisor, and of nothing else."""
        os.kill(self.pid(), signal.SIGKILL)

    def log(self, program):
        """All bytes that it kept of a program's output."""
        return (self.folder / (program + ".log")).read_bytes()

    def said(self):
        return (self.folder / "out.txt").read_text(errors="replace")[-2000:]


class Proa(System):
    name = "Proa"

    @classmethod
    def missing(cls, checkout):
        return None

    @classmethod
    def version(cls, checkout):
        return "of this checkout"

    def start(self, programs):
        app = self.folder / "app"
        app.mkdir()
        sidecars = {}
        for program in programs:
            sidecar = sidecars[program.name] = {"command": [str(word) for word in program.command]}
            if not program.restart:
                sidecar["restart"] = {"policy": "never"}
            if self.tuned:
                sidecar["stop"] = {"grace": "1s"}
        manifest = {
            "proa": 1,
            "app": {"id": "dev.proa.comparison", "name": "Comparison", "version": "1.0.0"},
            "sidecars": sidecars,
        }
        (app / "proa.yaml").write_text(json.dumps(manifest))
        self.process = self.launch(
            self.checkout / "proa", "run", app, "--window", "none", "--json", "--port", "0",
            "--data-dir", self.folder / "data",
        )

    def log(self, program):
        logs = self.folder / "data/logs"
        packed = sorted(logs.glob(program + ".log.*.gz"), key=lambda file: -int(file.name.split(".")[-2]))
        now = logs / (program + ".log")
        return b"".join(gzip.decompress(file.read_bytes()) for file in packed) + (now.read_bytes() if now.exists() else b"")


class Supervisord(System):
    name = "supervisord"

    def start(self, programs):
        lines = ["[supervisord]", f"logfile={self.folder}/supervisord.log", f"pidfile={self.folder}/supervisord.pid"]
        for program in programs:
            lines += [
                f"[program:{program.name}]",
                "command=" + " ".join(str(word) for word in program.command),
                f"stdout_logfile={self.folder}/{program.name}.log",
                "stdout_logfile_maxbytes=0",
                "redirect_stderr=true",
                f"autorestart={'true' if program.restart else 'false'}",
            ]
            if self.tuned:
                lines += ["stopasgroup=true", "killasgroup=true", "stopwaitsecs=1"]
        configuration = self.folder / "supervisord.conf"
        configuration.write_text("\n".join(lines) + "\n")
        self.process = self.launch(
            sys.executable, "-m", "supervisor.supervisord", "-n", "-c", configuration, PYTHONPATH=str(self.home)
        )


class Pm2(System):
    name = "pm2"

    def environment(self):
        return super().environment() | {"PM2_HOME": str(self.folder / "pm2")}

    def start(self, programs):
        apps = []
        for program in programs:
            app = {
                "name": program.name,
                "script": str(program.command[0]),
                "args": [str(word) for word in program.command[1:]],
                "interpreter": "none",
                "out_file": f"{self.folder}/{program.name}.log",
                "error_file": f"{self.folder}/{program.name}.err",
                "merge_logs": True,
                "autorestart": program.restart,
            }
            if self.tuned:
                app["kill_timeout"] = 1000
            apps.append(app)
        ecosystem = self.folder / "ecosystem.json"
        ecosystem.write_text(json.dumps({"apps": apps}))
        self.process = self.launch("node", self.home / "node_modules/pm2/bin/pm2", "start", ecosystem)

    def pid(self):
        file = self.folder / "pm2/pm2.pid"
        deadline = time.monotonic() + 20
        while not (file.exists() and file.read_text().strip()):
            if time.monotonic() > deadline:
                raise RuntimeError("pm2's daemon did not come up: " + self.said())
            time.sleep(0.01)
        return int(file.read_text())

    def ask_to_stop(self):
        # The command that starts the programs must have ended, or the daemon would be started again.
        self.process.wait(60)
        self.daemon = os.pidfd_open(self.pid())
        super().ask_to_stop()

    def await_end(self, seconds=60):
        import select

        poll = select.poll()
        poll.register(self.daemon, select.POLLIN)
        if not poll.poll(seconds * 1000):
            raise RuntimeError("pm2's daemon did not end")

    def kill(self):
        self.process.wait(60)
        super().kill()


class ProcessCompose(System):
    name = "process-compose"

    def start(self, programs):
        processes = {}
        for program in programs:
            process = processes[program.name] = {
                "command": "exec " + " ".join(str(word) for word in program.command),
                "log_location": f"{self.folder}/{program.name}.log",
                "log_configuration": {"no_metadata": True, "disable_json": True},
                "availability": {"restart": "always" if program.restart else "no"},
            }
            if self.tuned:
                process["shutdown"] = {"timeout_seconds": 1}
        configuration = self.folder / "process-compose.json"
        configuration.write_text(json.dumps({"version": "0.5", "processes": processes}))
        self.process = self.launch(
            self.home / "process-compose", "-f", configuration, "--tui=false", "--no-server", "up"
        )


ALL = (Proa, Supervisord, Pm2, ProcessCompose)
