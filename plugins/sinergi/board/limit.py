"""A bound on what a request may send, counted as it arrives: no header of the sender's is believed."""

from __future__ import annotations

from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class TooLarge(Exception):
    """More came than may."""


class LimitBody:
    """ASGI middleware: 413 once a body is larger than `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int):
        """Wrap an app."""
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        came, started = 0, False

        async def counted() -> Message:
            nonlocal came
            message: Any = await receive()
            came += len(message.get("body", b""))
            if came > self.limit:
                raise TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, counted, watched)
        except TooLarge:
            if not started:
                await PlainTextResponse("413", 413)(scope, receive, send)
