"""The app factory: routes, middleware, error handlers, in one place and in order."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette_compress import CompressMiddleware

from zymap import __version__
from zymap.settings import Settings
from zymap.store.base import Store
from zymap_api.accesslog import AccessLog
from zymap_api.front import Front
from zymap_api.headers import SECURITY_HEADERS
from zymap_api.logs import writes_json
from zymap_api.metrics import Metrics
from zymap_api.problems import install_handlers
from zymap_api.routes import (
    areas,
    basemaps,
    metrics,
    oc4ids,
    ogc,
    records,
    schemas,
    search,
    service,
    sheets,
    targets,
    tiles,
    works,
)
from zymap_api.state import State
from zymap_api.tilefetch import TileFetcher
from zymap_api.turns import Turns
from zymap_api.watch import Watch
from zymap_web.assets import STATIC_DIR

# In the order in which a path is looked up.
MODULES = (
    service,
    ogc,
    schemas,
    records,
    areas,
    works,
    targets,
    tiles,
    sheets,
    search,
    basemaps,
    oc4ids,
    metrics,
)
# Plain routes, which may be answered by a short way (`zymap_api.front`).
HOT = (*ogc.hot_routes, *areas.hot_routes, *works.hot_routes, *tiles.hot_routes)
ROUTES = (
    *HOT,
    *(route for module in MODULES for route in module.router.routes if isinstance(route, Route)),
)
EXPOSED_HEADERS = (
    "Link",
    "ETag",
    "Content-Crs",
    "Content-Disposition",
    "X-Zymap-Sha256",
    "X-Request-Id",
    tiles.LEFT_OUT_HEADER,
)


def create_app(store: Store, settings: Settings) -> Front:
    """Return the app that serves `store`.

    Parameters
    ----------
    store : Store
        Closed when the app shuts down.
    settings : Settings
        Read by the caller; nothing is read here.
    """
    fetcher = TileFetcher(settings.offered_basemaps())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        await fetcher.close()
        store.close()

    # FastAPI's own document and pages are off: ours is made from the catalogue, and works
    # with the network cable out.
    app = FastAPI(
        title="zymap",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    counts = Metrics(store, ROUTES)
    state = State(store, settings, fetcher, counts, Turns(settings.exports, counts.exports))
    install_handlers(app)
    app.router.routes.extend(HOT)
    for module in MODULES:
        app.include_router(module.router)
    app.mount("/static", RevalidatedFiles(directory=STATIC_DIR), name="static")
    app.add_middleware(CompressMiddleware, minimum_size=1000, gzip_level=5, brotli_quality=5)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(settings.cors_origins),
        allow_methods=["GET", "HEAD", "POST"],
        # A posted search in JSON is not among the requests that need no leave.
        allow_headers=["Content-Type"],
        expose_headers=EXPOSED_HEADERS,
    )
    app.add_middleware(SecurityHeaders)
    return Front(app, state, HOT)


def watched(front: Front) -> Watch:
    """Return an app as `zymap serve` runs it: each request is counted, and written down."""
    settings = front.state.settings
    wanted = settings.access_log
    log = None
    if wanted != "off":
        log = AccessLog(json=writes_json(settings), with_kept=wanted == "all")
    return Watch(front, log)


class RevalidatedFiles(StaticFiles):
    """Files that a browser asks about before it uses its copy: an upgrade shows at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file, or a 304."""
        response = await super().get_response(path, scope)
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


class SecurityHeaders:
    """Add the headers that every answer carries, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *SECURITY_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)
