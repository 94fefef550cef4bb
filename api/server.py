"""Running the application: one uvicorn worker that drains before it ends."""

from __future__ import annotations

import gc

import uvicorn

from api.app import create_app
from api.logs import to_stderr
from points.bootstrap import Exchange

_DRAIN_S = 2  # an open event stream would otherwise keep the process for ever


def run(exchange: Exchange, host: str, port: int) -> None:
    to_stderr()
    exchange.follow()
    app = create_app(exchange)
    # Most of what a command leaves behind stays in the writer's cache: early collections walk it in vain.
    gc.set_threshold(50_000, 20, 100)
    gc.freeze()  # what start-up made lives as long as the process: collections need not walk it
    uvicorn.run(app, host=host, port=port, access_log=False, timeout_graceful_shutdown=_DRAIN_S)
