"""What every request passes: an id for it, and the proof that the gateway sent it."""

import hmac
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse

OPEN = ("/health/live", "/health/ready")
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")


class RequestId:
    """Takes over x-request-id, or makes one, and answers with it."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

        async def send_with_id(message):
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        await self.app(scope, receive, send_with_id)


class OwnToken:
    """Refuses whoever does not know this backend's token; health tells nothing and is open."""

    def __init__(self, app, token):
        self.app = app
        self.token = token

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or scope["path"] in OPEN or self.knows(Headers(scope=scope)):
            await self.app(scope, receive, send)
        else:
            refusal = JSONResponse({"error": "This backend answers its own gateway only."}, status_code=401)
            await refusal(scope, receive, send)

    def knows(self, headers):
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        shown = headers.get("x-proa-token") or (bearer if scheme.lower() == "bearer" else "")
        return self.token is None or hmac.compare_digest(shown.encode(), self.token.encode())
