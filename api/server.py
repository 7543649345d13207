"""Serves the application: one process, the index in its hands, ready when models and index are."""

from __future__ import annotations

import importlib
import ipaddress
import logging
import signal
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from api import log
from api.app import create_app
from api.readiness import Readiness
from domain.errors import Forbidden, GroundruleError, Unavailable

if TYPE_CHECKING:
    from fastapi import FastAPI

    from service.settings import Settings
    from service.wiring import App

#: Seconds in which requests under way may end after the service was asked to stop.
GRACE = 10
#: Connections that wait while models load or all threads are busy.
BACKLOG = 2048


def serve(settings: Settings, host: str, port: int, no_auth: bool) -> None:
    """Until it is stopped. Raises Forbidden, Busy where another server holds the index, and Unavailable where the address is taken."""
    from api.intake import Intake
    from service.deliveries import Messenger
    from service.follow import Follower
    from service.wiring import open_app

    if no_auth and not is_loopback(host):
        raise Forbidden(f"--no-auth is for this machine only, and {host} can be reached from others: leave it out, or use 127.0.0.1")
    log.configure()
    with listening(host, port) as sock, open_app(settings, own_index=True) as app:
        follower, intake = Follower(app), Intake(app)
        readiness = Readiness(warm=False, caught_up=lambda: follower.caught_up)
        threading.Thread(target=_warm, args=(app, readiness), name="warm", daemon=True).start()
        web = create_app(app, no_auth=no_auth, readiness=readiness, intake=intake)
        messenger = Messenger(app, web.state.meter.delivered)
        follower.start()
        intake.start()
        messenger.start()
        try:
            _run(uvicorn.Server(_config(web)), sock)
        finally:
            messenger.stop()
            intake.stop()
            follower.stop()


def is_loopback(host: str) -> bool:
    """By the address itself; a name other than localhost may point anywhere tomorrow."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def listening(host: str, port: int) -> socket.socket:
    """A socket that is open before anything is loaded: a taken port is told at once, and early connections wait instead of failing."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        # Named as TCP, or asyncio leaves Nagle's algorithm on: head and body are two writes, and the second would wait some 40 ms.
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise Unavailable(f"{host} is no address of this machine: {error.strerror}") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
        sock.listen(BACKLOG)
    except OSError as error:
        sock.close()
        raise Unavailable(f"cannot listen on {host}, port {port}: {error.strerror}; choose another with --port") from error
    return sock


def _warm(app: App, readiness: Readiness) -> None:
    try:
        importlib.import_module("api.mcp_http")  # takes as long as a model; the first agent need not wait for it
        app.warm()
        readiness.warm = True
    except GroundruleError as error:
        readiness.failure = str(error)
    except Exception as error:  # the very door of this thread: without it /readyz would wait for ever without a reason
        readiness.failure = f"The models could not be loaded ({type(error).__name__}); 'groundrule doctor' looks into it."
        logging.getLogger("groundrule.defect").error("warm", extra={"fields": {"error": type(error).__name__}})


def _config(web: FastAPI) -> uvicorn.Config:
    return uvicorn.Config(
        web,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
    )


def _run(server: uvicorn.Server, sock: socket.socket) -> None:
    # uvicorn raises the signal that stopped it once more when it has stopped; for SIGTERM that must not end us before the ledger is closed.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: None)
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    logging.getLogger("groundrule.server").info("listening", extra={"fields": {"url": f"http://{shown}:{port}"}})
    server.run(sockets=[sock])
