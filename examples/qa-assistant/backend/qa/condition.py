"""How the backend is doing: starting, ready, failed, stopping."""

import asyncio
from datetime import datetime, timezone

from pymongo.errors import PyMongoError

LOOK_SECONDS = 1.0


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Condition:
    """Written by the one task that watches the database, read by the endpoints."""

    def __init__(self):
        self.status = "starting"
        self.started_at = now()
        self.updated_at = self.started_at
        self.ready_at = None
        self.last_error = None

    @property
    def ready(self):
        return self.status == "ready"

    async def watch(self, store):
        """Follows whether the database answers, for as long as the backend runs. A failure heals by itself."""
        while True:
            try:
                await store.ping()
                self._is("ready")
            except PyMongoError as problem:
                self._is("failed", f"The database does not answer: {first_line(problem)}")
            await asyncio.sleep(LOOK_SECONDS)

    def stopping(self):
        self._is("stopping", self.last_error)

    def _is(self, status, error=None):
        if status == self.status:
            return
        print(f"{now()} {self.status} -> {status}{': ' + error if error else ''}", flush=True)
        self.status = status
        self.last_error = error
        self.updated_at = now()
        if status == "ready":
            self.ready_at = self.updated_at

    def alive(self):
        return {
            "status": "alive",
            "runtime_status": self.status,
            "started_at": self.started_at,
            "updated_at": self.updated_at,
        }

    def readiness(self):
        return {"status": self.status, "ready": self.ready, "ready_at": self.ready_at, "last_error": self.last_error}


def first_line(problem):
    """What went wrong, without the client's settings behind it."""
    return str(problem).split("\n")[0].split(" (configured timeouts:")[0].split(", Timeout:")[0]
