"""Starts the backend: python -m qa --port 8080"""

import uvicorn

from qa.app import application
from qa.settings import Settings


def main():
    settings = Settings.of_command_line()
    print(f"starting in mode {settings.mode} on {settings.host}:{settings.port}", flush=True)
    uvicorn.run(
        application(settings),
        host=settings.host,
        port=settings.port,
        access_log=False,
        server_header=False,
        # A question that is being answered may be finished; streams there are none.
        timeout_graceful_shutdown=3,
    )


if __name__ == "__main__":
    main()
