"""The endpoints."""

import asyncio
import contextlib
import json
import time

from pymongo.errors import PyMongoError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from qa.answers import Notes
from qa.condition import Condition, first_line
from qa.guard import OwnToken, RequestId
from qa.store import Store

LONGEST_QUESTION = 2000
LONGEST_BODY = 16 * 1024


class Backend:
    def __init__(self, settings):
        self.settings = settings
        self.condition = Condition()
        self.notes = Notes()

    @contextlib.asynccontextmanager
    async def lifespan(self, _app):
        self.store = Store(self.settings)
        watch = asyncio.create_task(self.condition.watch(self.store))
        yield
        self.condition.stopping()
        watch.cancel()
        await self.store.close()
        print("stopped", flush=True)

    async def live(self, _request):
        return JSONResponse(self.condition.alive())

    async def ready(self, _request):
        readiness = self.condition.readiness()
        return JSONResponse(readiness) if self.condition.ready else JSONResponse({"detail": readiness}, status_code=503)

    async def info(self, _request):
        settings = self.settings
        return JSONResponse(
            {
                "mode": settings.mode,
                "storage_engine": "mongo",
                "backend_origin": "remote" if settings.mode == "server" else "local",
                "version": settings.version,
                "build_sha": settings.build_sha,
                "desktop_session_id": settings.instance,
                "profile_path": settings.profile_path,
                "profile_loaded": settings.profile_path is not None,
                "data_dir": settings.data_dir,
                "local_ports": {"backend": settings.port},
                "llm": settings.llm,
                "features": settings.features,
                "runtime_status": self.condition.status,
                "started_at": self.condition.started_at,
                "ready_at": self.condition.ready_at,
                "last_error": self.condition.last_error,
            }
        )

    async def questions(self, request):
        limit = request.query_params.get("limit", "50")
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:5]) <= 500:
            return wrong("limit must be a whole number from 1 to 500.")
        return JSONResponse({"questions": await self.store.newest(int(limit))})

    async def ask(self, request):
        begun = time.monotonic()
        body = await short_body(request)
        question = body.get("question") if isinstance(body, dict) else None
        if not isinstance(question, str) or not question.strip():
            return wrong('The body must be JSON such as {"question": "How do I switch the mode?"}.')
        if len(question) > LONGEST_QUESTION:
            return wrong(f"A question has at most {LONGEST_QUESTION} characters.")
        answer, sources = self.notes.answer(question)
        took_ms = round((time.monotonic() - begun) * 1000)
        return JSONResponse(await self.store.keep(question.strip(), answer, sources, took_ms), status_code=201)

    async def remove(self, request):
        if await self.store.remove(request.path_params["id"]):
            return Response(status_code=204)
        return JSONResponse({"error": "There is no such question."}, status_code=404)


async def short_body(request):
    """The JSON of the body, or None."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            return None
    try:
        return json.loads(body)
    except ValueError:
        return None


def wrong(text):
    return JSONResponse({"error": text}, status_code=400)


async def database_is_away(_request, problem):
    return JSONResponse(
        {"error": f"The database does not answer: {first_line(problem)}"}, status_code=503, headers={"retry-after": "1"}
    )


def application(settings):
    backend = Backend(settings)
    return Starlette(
        routes=[
            Route("/health/live", backend.live),
            Route("/health/ready", backend.ready),
            Route("/runtime/info", backend.info),
            Route("/api/questions", backend.questions, methods=["GET"]),
            Route("/api/questions", backend.ask, methods=["POST"]),
            Route("/api/questions/{id}", backend.remove, methods=["DELETE"]),
        ],
        middleware=[Middleware(RequestId), Middleware(OwnToken, token=settings.token)],
        exception_handlers={PyMongoError: database_is_away},
        lifespan=backend.lifespan,
    )
